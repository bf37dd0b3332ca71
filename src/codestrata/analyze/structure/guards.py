"""Guards: places that are read only where the language is new enough, so that they ask nothing of the whole.

Read off lines and their indentation, near enough for code that a formatter would leave as it is: conditions on the
version, imports that may fail, features and versions of ``cfg``, build constraints, conditions of the preprocessor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

_PYTHON = re.compile(r"version_info|TYPE_CHECKING|hexversion|\bPY_?[23]|\bHAS_|\bhasattr\(|sys\.version")
_FAILING = re.compile(
    r"except\s*:|except\b.*(?:ImportError|ModuleNotFoundError|AttributeError|NameError|SyntaxError|Exception)"
)
#: Features are no guards, they must build with every version promised; those for other compilers are.
_CFG = re.compile(
    r"#!?\[cfg(?:_attr)?\(.*(?:feature\s*=\s*\"[^\"]*(?:nightly|unstable)|rustversion|version\(|accessible|unstable|nightly|"
    r"docsrs|loom|miri|\btest\b|has_|rustc|bootstrap)"
)
_GO = re.compile(r"^//\s*(?:go:build|\+build)\b.*\bgo1\.\d+", re.MULTILINE)
_DEFINED = re.compile(
    r"__cplusplus|__cpp_|__STDC_VERSION__|__has_|_MSVC_LANG|CPLUSPLUS|CPP\d\d|CXX\d\d|CXX_?STD|HAS_|HAVE_|USE_|SUPPORT|STDC|"
    r"_VERSION|_LIB_|DISABLE_|ENABLE_|FEATURE"
)
_OTHER_JAVA = re.compile(r"(?:^|/)(?:META-INF/versions/\d+|java-?\d+|main-?\d+|jdk-?\d+)/")
#: Lines above a place that are looked at.
MOST = 4000


def guarded(text: str, line: int, language: str, path: str) -> bool:
    """Tell whether the line (from 1) is under a guard of its language."""
    check = _CHECKS.get(language)
    return check(_lines(text), line, path) if check else False


@lru_cache(maxsize=64)
def _lines(text: str) -> list[str]:
    return text.split("\n")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _headers(lines: list[str], line: int) -> Iterator[int]:
    """Give the indices of lines that open the blocks around a line, the innermost first: each is indented less."""
    at = min(line, len(lines)) - 1
    deep = _indent(lines[at])
    for i in range(at - 1, max(-1, at - MOST), -1):
        if lines[i].strip() and _indent(lines[i]) < deep:
            deep = _indent(lines[i])
            yield i
        if not deep:
            return


def _python(lines: list[str], line: int, _: str) -> bool:
    return any(_python_header(lines, i) for i in [*_headers(lines, line)])


def _python_header(lines: list[str], i: int) -> bool:
    text = lines[i].strip()
    if text.startswith(("if ", "elif ", "while ")):
        return bool(_PYTHON.search(text))
    if text.startswith("try"):
        return any(_FAILING.match(lines[j].strip()) for j in _level(lines, i, 1))
    if text.startswith(("except", "else", "finally")):
        for j in _level(lines, i, -1):
            head = lines[j].strip()
            if head.startswith(("if ", "elif ")) and _PYTHON.search(head):
                return True
            if head.startswith("try"):
                return bool(_FAILING.match(text)) or _python_header(lines, j)
            if head.startswith("if "):
                return False
    return False


def _level(lines: list[str], i: int, step: int) -> Iterator[int]:
    """Give the lines of the same block that are indented as line i, one way, until the block ends."""
    deep = _indent(lines[i])
    j = i + step
    while 0 <= j < len(lines) and abs(j - i) < MOST:
        if lines[j].strip():
            if _indent(lines[j]) < deep:
                return
            if _indent(lines[j]) == deep:
                yield j
        j += step


def _rust(lines: list[str], line: int, _: str) -> bool:
    if any(_CFG.match(text) for text in lines[:40] if text.startswith("#![")):
        return True
    return any(_attributed(lines, i) for i in [line - 1, *_headers(lines, line)])


def _attributed(lines: list[str], i: int) -> bool:
    """Tell whether an item, or one of the lines above it that belong to it, has a condition."""
    if _CFG.search(lines[i]):
        return True
    j = i - 1
    while j >= 0 and lines[j].strip().startswith(("#[", "//", ")]", '"', "/*", "*")):
        if _CFG.search(lines[j]):
            return True
        j -= 1
    return False


def conditional(text: str, line: int) -> bool:
    """Tell whether an item of Rust on a line, or a block around it, has a condition on the compiler, or is a test."""
    return _rust(_lines(text), line, "")


def _go(lines: list[str], _: int, __: str) -> bool:
    return bool(_GO.search("\n".join(lines[:30])))


def _preprocessed(lines: list[str], line: int, _: str) -> bool:
    """Tell whether a condition around the line asks what the compiler can do."""
    conditions: list[bool] = []
    for text in lines[: line - 1]:
        stripped = text.lstrip()
        if not stripped.startswith("#"):
            continue
        word = stripped[1:].lstrip()
        if word.startswith("if"):
            conditions.append(bool(_DEFINED.search(word)) and "_H" not in word[-3:])
        elif word.startswith("elif") and conditions:
            conditions[-1] |= bool(_DEFINED.search(word))
        elif word.startswith("endif") and conditions:
            conditions.pop()
    return any(conditions) or (lines[line - 1 : line] != [] and lines[line - 1].lstrip().startswith("#"))


def _java(_: list[str], __: int, path: str) -> bool:
    return bool(_OTHER_JAVA.search(path)) or path.endswith("module-info.java")


_CHECKS: Mapping[str, Callable[[list[str], int, str], bool]] = {
    "Python": _python,
    "Rust": _rust,
    "Go": _go,
    "C": _preprocessed,
    "C++": _preprocessed,
    "Java": _java,
}
