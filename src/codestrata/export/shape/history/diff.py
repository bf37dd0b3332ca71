"""Two texts as a unified diff. Source: POSIX.1-2017, diff, "Diff -u Output Format"; git-diff's headers of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

#: Lines of context around a change.
CONTEXT = 3
#: Lines between the common beginning and end of both texts from which what they share is not looked for.
MOST_LINES = 4000
_NO_END = "\n\\ No newline at end of file\n"


class Diff(NamedTuple):
    """A diff: its text, and the lines that it adds and deletes."""

    text: str
    added: int
    deleted: int


class _Change(NamedTuple):
    """Lines ``a`` to ``b`` of the old text give way to lines ``c`` to ``d`` of the new one."""

    a: int
    b: int
    c: int
    d: int


def unified(old: str, new: str, old_path: str, new_path: str) -> Diff:
    """Give the difference of two texts; ``git apply`` and ``patch`` make the one of the other with it.

    A path is "" where there is no file on that side.
    """
    before, after = _lines(old), _lines(new)
    changes = list(_changes(before, after))
    out = [f"--- {_side('a', old_path)}\n+++ {_side('b', new_path)}\n"]
    for hunk in _hunks(changes):
        out += _hunk(hunk, before, after)
    return Diff("".join(out), sum(x.d - x.c for x in changes), sum(x.b - x.a for x in changes))


def _side(name: str, path: str) -> str:
    return f"{name}/{path}" if path else "/dev/null"


def _lines(text: str) -> list[str]:
    """Cut a text at newlines alone: other ends of lines are letters to diff."""
    lines = text.split("\n")
    whole = [line + "\n" for line in lines[:-1]]
    return whole + ([lines[-1]] if lines[-1] else [])


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Change]:
    top = 0
    while top < min(len(old), len(new)) and old[top] == new[top]:
        top += 1
    end = 0
    while end < min(len(old), len(new)) - top and old[-1 - end] == new[-1 - end]:
        end += 1
    a, b = old[top : len(old) - end], new[top : len(new) - end]
    if not a or not b or len(a) + len(b) > MOST_LINES:
        if a or b:
            yield _Change(top, top + len(a), top, top + len(b))
        return
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            yield _Change(top + i, top + j, top + k, top + m)


def _hunks(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Put changes together whose contexts touch."""
    held: list[_Change] = []
    for change in changes:
        if held and change.a - held[-1].b > 2 * CONTEXT:
            yield held
            held = []
        held.append(change)
    if held:
        yield held


def _hunk(changes: Sequence[_Change], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    first, last = changes[0], changes[-1]
    lead, tail = min(CONTEXT, first.a), min(CONTEXT, len(old) - last.b)
    spans = (_span(first.a - lead, last.b + tail), _span(first.c - lead, last.d + tail))
    yield f"@@ -{spans[0]} +{spans[1]} @@\n"
    at = first.a - lead
    for change in changes:
        yield from (_said(" ", line) for line in old[at : change.a])
        yield from (_said("-", line) for line in old[change.a : change.b])
        yield from (_said("+", line) for line in new[change.c : change.d])
        at = change.b
    yield from (_said(" ", line) for line in old[at : at + tail])


def _span(start: int, end: int) -> str:
    """Give lines as a hunk names them: the first, and how many; of none the line before them."""
    count = end - start
    if count == 1:
        return f"{start + 1}"
    return f"{start + 1 if count else start},{count}"


def _said(mark: str, line: str) -> str:
    return f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}{_NO_END}"
