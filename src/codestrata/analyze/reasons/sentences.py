"""Sentences: where prose is in a text, and where each sentence of it begins and ends. Code and logs are left out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

#: Fewer words say nothing on their own; more bytes are no sentence.
LEAST_WORDS = 5
MOST_BYTES = 700
#: Columns of indentation from which a line outside of a list is code.
_CODE = 4
_LIST = re.compile(rb"[ \t]*(?:[-*+\xe2o]|\xe2\x80\xa2|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+(?=\S)")
#: Lines that are no prose: quotes of others, tables, headings, rules, diffs, prompts, directives.
_NO_PROSE = re.compile(
    rb"\s*(?:>|\||\+\+\+ |--- |@@|diff --git|\$ |#{1,6} |=+\s*$|-{3,}|\*{3,}\s*$|~{3,}|\^{3,}|<!--|\.\. \S+::)|"
    rb"\s*(?::\w+:|!\[)|"
    rb"\s*(?:https?://\S+|\[\S+\]:.*|\S+)\s*$"
)
#: What people and programs sign with, at the end of a message.
TRAILER = re.compile(
    rb"(?i)(?:(?:signed-off|acked|reviewed|tested|helped|reported|suggested|co-authored|approved|mentored|noticed|cc|"
    rb"improved|based-on-patch|commit|pair|thanks|original-patch)[-\w]*(?:-by)?|fixes|closes|refs?|reverts?|see-also|"
    rb"bug|link|change-id|differential revision|pr-url|relnotes?|release-note|issue|merges?|git-svn-id|"
    rb"changelog|task|tracked-by): ?\S|\w+(?:-\w+)+: (?:https?://|[0-9a-f]{7,64}\s*$|[^<]{0,200}<\S+@)"
)
_FENCE = re.compile(rb"\s*(```+|~~~+|----+\s*$|\.\.\.\.+\s*$)")
_END = re.compile(rb"[.!?][\"')\]`*_]*(?=\s+[\"'(\[`*_]*[A-Z0-9`])")
_SHORT = re.compile(rb"(?i)(?:\b(?:e\.g|i\.e|etc|vs|cf|resp|approx|incl|no|fig|sec|ca|al|dr|mr|ms|st)|\b[A-Z]|\d)\.$")
_WORD = re.compile(rb"[A-Za-z][A-Za-z'-]*")


def blocks(text: bytes, *, code: int = _CODE, fence: bytes = b"") -> list[tuple[int, int]]:
    """Give the paragraphs and items of lists, as (first byte, byte after the last), in order.

    ``code``: columns from which an indented line outside of a list is code; ``fence``: how the lines of code begin that
    the text begins in, if it does.
    """
    found: list[tuple[int, int]] = []
    begin, end, listed = -1, -1, False
    for start, stop in _lines(text):
        line = text[start:stop]
        bare = line.strip()
        mark = _FENCE.match(line)
        if fence or (mark and not mark[1].startswith((b"----", b"...."))):
            if mark and (not fence or mark[1][:3] == fence):
                fence = b"" if fence else mark[1][:3]
            begin = _close(found, begin, end)
            continue
        item = _LIST.match(line)
        prose = bool(bare) and (begin >= 0 or bool(item) or not _NO_PROSE.match(line)) and not _quoted(line)
        if not prose or (TRAILER.match(bare) and not item):
            begin = _close(found, begin, end)
            continue
        if item:
            begin = _close(found, begin, end)
            begin, listed = start + item.end(), True
        elif begin < 0:
            indent = _indent(line)
            listed = listed and indent > 0
            if indent >= code and not listed:
                continue
            begin = start + len(line) - len(line.lstrip())
        end = start + len(line.rstrip())
    _close(found, begin, end)
    return found


def _indent(line: bytes) -> int:
    if not line[:1].isspace():
        return 0
    wide = line.expandtabs(8)
    return len(wide) - len(wide.lstrip())


def _quoted(line: bytes) -> bool:
    return line.lstrip().startswith((b">", b"|", b"$ ", b"@@", b"+++ ", b"--- ", b"diff --git", b".. ", b"[//"))


def _close(found: list[tuple[int, int]], begin: int, end: int) -> int:
    if begin >= 0:
        found.append((begin, end))
    return -1


def _lines(text: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        stop = text.find(b"\n", at)
        stop = len(text) if stop < 0 else stop
        yield at, stop
        at = stop + 1


def sentences(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a paragraph into its sentences."""
    at = start
    for mark in _END.finditer(text, start, end):
        if _SHORT.search(text, max(at, mark.start() - 8), mark.start() + 1):
            continue
        yield at, mark.end()
        at = mark.end()
        while at < end and text[at : at + 1].isspace():
            at += 1
    if at < end:
        yield at, end


class Prose:
    """The sentences of a text, found by a place in them."""

    def __init__(self, text: bytes, *, code: int = _CODE, fence: bytes = b"") -> None:
        self.text = text
        paragraphs = blocks(text, code=code, fence=fence)
        self.all = [one for start, end in paragraphs for one in sentences(text, start, end)]
        self._starts = [start for start, _ in self.all]

    def at(self, place: int) -> tuple[int, int] | None:
        """Give the sentence that a byte is in, or None where there is none or it cannot stand alone."""
        index = bisect_right(self._starts, place) - 1
        if index < 0 or place >= self.all[index][1]:
            return None
        start, end = self.all[index]
        return (start, end) if end - start <= MOST_BYTES and stands(self.text[start:end]) else None

    def within(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give the sentences that begin and end between two bytes."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [one for one in self.all[first:last] if one[1] <= end]


def stands(sentence: bytes) -> bool:
    """Say whether a sentence can be read on its own: words enough, mostly letters, not a question."""
    if len(sentence) > MOST_BYTES or sentence.rstrip(b"\"')").endswith((b"?", b":", b"...", b"\xe2\x80\xa6")):
        return False
    words = _WORD.findall(sentence)
    return len(words) >= LEAST_WORDS and sum(map(len, words)) >= 0.55 * len(sentence.replace(b" ", b""))
