"""Which tests a change of test files reaches: those in whose lines it changes something.

A line belongs to the test that is named last above it, as git's hunk headers have it; one that stands right above a
test (a decorator, a comment) belongs to that. No language is parsed: a name is a word of a line, or a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+")
#: Behind a name: the parameters of pytest's tests, and subtests of Go's.
_REST = re.compile(r"\[.*\]$|(?<=^Test)(\w*)/.*$", re.DOTALL)


def touched(tests: Collection[str], known: Collection[str], texts: Sequence[tuple[str, str]]) -> set[str]:
    """Give those of some tests that changes reach; ``known``: all tests; ``texts``: files before and after."""
    names = {_name(test) for test in known}
    reached = {name for old, new in texts for name in _reached(names, old.split("\n"), new.split("\n"))}
    return {test for test in tests if _name(test) in reached}


def _name(test: str) -> str:
    """Give what a test is called in its file: ``suite::Class::test_a[1]`` is test_a, ``TestA/sub`` is TestA."""
    return _REST.sub(r"\1", test.rpartition("::")[2] or test) or test


def _reached(names: Collection[str], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    owners = _owners(names, new)
    for kind, _, _, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for at in range(first, max(last, first + 1)):
            yield from owners.get(at, ())


def _owners(names: Collection[str], lines: Sequence[str]) -> Mapping[int, set[str]]:
    """Give the tests that each line belongs to, by its place."""
    words = {name for name in names if _WORD.fullmatch(name)}
    others = [name for name in names if name not in words]
    found = [words.intersection(_WORD.findall(line)) | {name for name in others if name in line} for line in lines]
    owners: dict[int, set[str]] = {}
    above: set[str] = set()
    for at, named in enumerate(found):
        above = named or above
        owners[at] = set(above)
    for at in (at for at, named in enumerate(found) if named):
        for above_it in range(at - 1, -1, -1):
            line = lines[above_it]
            if found[above_it] or not line.strip() or _indent(line) != _indent(lines[at]):
                break
            owners[above_it] = found[at]
    return owners


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
