"""Headings: a text as sections, in Markdown, reStructuredText, AsciiDoc, and plain text with underlined titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_ATX = re.compile(rb" {0,3}(#{1,6})[ \t]+(\S.*?)[ \t]*#*[ \t]*$")
_ADOC = re.compile(rb"(={1,6})[ \t]+(\S.*?)[ \t]*=*$")
_LINE = re.compile(rb"([=\-~^\"'`#*+.:_])\1{2,}[ \t]*$")
_FENCE = re.compile(rb" {0,3}(```+|~~~+)")
#: Characters that a title over an underline may have; a longer line is a paragraph.
_MOST = 120
#: Bytes of a line that can be a heading.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is below it: ``level`` from 1; title ``start:end``; its own text ``body:stop``.

    ``parent`` is the index of the section around it, -1 at the top; the own text ends where the next heading begins.
    """

    level: int
    start: int
    end: int
    body: int
    stop: int
    parent: int


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    at: int
    start: int
    end: int
    body: int


def sections(text: bytes, path: str) -> list[Section]:
    """Give the sections of a text in their order. What is before the first heading belongs to none."""
    suffix = path.rsplit(".", 1)[-1].lower()
    ways = {"rst": (_underlined,), "txt": (_underlined, _hashed), "md": (_hashed,)}
    ways |= dict.fromkeys(("adoc", "asciidoc", "asc"), (_equals, _underlined))
    each = (list(way(text)) for way in ways.get(suffix, (_hashed,)))
    found = max(each, key=len)  # a text keeps to one way
    out: list[Section] = []
    above: list[int] = []
    for i, heading in enumerate(found):
        while above and out[above[-1]].level >= heading.level:
            above.pop()
        stop = found[i + 1].at if i + 1 < len(found) else len(text)
        out.append(Section(heading.level, heading.start, heading.end, heading.body, stop, above[-1] if above else -1))
        above.append(i)
    return out


def _lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for line in text.split(b"\n"):
        yield at, line.rstrip(b"\r")
        at += len(line) + 1


def _hashed(text: bytes) -> Iterator[_Heading]:
    return _marked(text, _ATX)


def _equals(text: bytes) -> Iterator[_Heading]:
    return _marked(text, _ADOC)


def _marked(text: bytes, matcher: re.Pattern[bytes]) -> Iterator[_Heading]:
    """Read headings with marks in front (# or =), and Markdown's underlined ones."""
    fence = b""
    before_at, before, front = -1, b"", text.startswith(b"---\n")
    for at, line in _lines(text):
        mark = _FENCE.match(line) if matcher is _ATX else None
        if front:
            front = not (at and line == b"---")
        elif mark or fence:
            fence = (b"" if mark and mark[1][:3] == fence else fence) if fence else (mark[1][:3] if mark else b"")
        elif len(line) <= _LONGEST and (found := matcher.match(line)):
            yield _Heading(len(found[1]), at, at + found.start(2), at + found.end(2), at + len(line) + 1)
        elif matcher is _ATX and re.fullmatch(rb"=+|-{3,}", line.strip()) and _title(before):
            level, end = (1 if line.strip()[:1] == b"=" else 2), before_at + len(before.rstrip())
            yield _Heading(level, before_at, before_at, end, at + len(line) + 1)
        before_at, before = at, line


def _underlined(text: bytes) -> Iterator[_Heading]:
    """Read titles over (and between) lines of one character; its level is in the order in which they are first met."""
    levels: dict[bytes, int] = {}
    lines = list(_lines(text))
    for (above_at, above), (at, line) in pairwise(lines):
        mark = _LINE.match(line)
        if not mark or not _title(above) or abs(len(line.rstrip()) - len(above.rstrip())) > max(3, len(above) // 4):
            continue
        level = levels.setdefault(mark[1], len(levels) + 1)
        start = above_at + len(above) - len(above.lstrip())
        yield _Heading(level, above_at, start, above_at + len(above.rstrip()), at + len(line) + 1)


def _title(line: bytes) -> bool:
    bare = line.strip()
    plain = not _LINE.match(bare) and bare[:1] not in b"|>*-+#" and not line.startswith(b"    ")
    return 0 < len(bare) <= _MOST and plain
