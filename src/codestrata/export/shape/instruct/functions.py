"""Functions of kept files with their documentation: where their parts lie, and what they are as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from codestrata.export.shape.instruct.docs import clean, unnamed
from codestrata.export.shape.source import Source

#: Columns of **definitions** that a function is made of.
SELECT = (
    'blob, kind, name, owner, start, "end", line, last_line, body, doc_start, doc_end, "public", nodes, syntax_hash'
)
WHERE = "where kind in ('function', 'method', 'constructor') and body >= 0 and doc_start >= 0 order by blob, start"
#: Lines that hold no code: blank, brackets alone, comments.
_NO_CODE = re.compile(r"^\W*$|^\s*(?://|/\*|\*(?:\s|/|$)|#(?!\[|include|define|if|el|end|pragma))")


@dataclass(frozen=True)
class Function:
    """A row of **definitions** that is a function with a body and documentation, in its source.

    ``test``: the file is one; ``errors``: the share of its bytes that could not be parsed.
    """

    row: Mapping[str, Any]
    source: Source
    test: bool
    errors: float

    @cached_property
    def code(self) -> str:
        """Give all of it, from what leads it to its end: the bytes of the blob, edited where texts are."""
        return self.source.cut(self.row["start"], self.row["end"])

    @cached_property
    def documentation(self) -> str:
        """Give its documentation as it is written."""
        return self.source.cut(self.row["doc_start"], self.row["doc_end"])

    @cached_property
    def said(self) -> str:
        """Give its documentation as plain text."""
        return unnamed(clean(self.documentation), self.row["name"])

    @cached_property
    def signature(self) -> str:
        """Give what stands before its body, on lines as they are broken."""
        text = "".join(self._parts(self.row["start"], self.row["body"]))
        return dedented(text, self._indent).strip().rstrip("{").rstrip()

    @cached_property
    def body(self) -> str:
        """Give its body without documentation."""
        return dedented("".join(self._parts(self.row["body"], self.row["end"])), self._indent).strip("\n")

    @cached_property
    def answer(self) -> str:
        """Give all of it without documentation, at no indentation."""
        text = dedented("".join(self._parts(self.row["start"], self.row["end"])), self._indent)
        return "\n".join(line.rstrip() for line in text.strip().splitlines())

    @property
    def lines(self) -> int:
        """Count the lines of its body that hold code."""
        return sum(not _NO_CODE.match(line) for line in self.body.splitlines())

    @property
    def _indent(self) -> str:
        start = self.row["start"]
        before = self.source.cut(self.source.line_start(start), start)
        return before if not before.strip() else ""

    def _parts(self, start: int, end: int) -> Iterator[str]:
        """Give a stretch without documentation, whose lines go with it where they hold nothing else."""
        first, last = self.row["doc_start"], self.row["doc_end"]
        if first >= end or last <= start:
            yield self.source.cut(start, end)
            return
        line, after = self.source.line_start(first), self.source.line_end(last)
        alone = line >= start and not self.source.cut(line, first).strip()
        alone = alone and not self.source.cut(last, after).strip(" \t\r\n;")
        yield self.source.cut(start, max(line if alone else first, start))
        rest = self.source.cut(min(after if alone else last, end), end)
        yield rest.removeprefix("\r").removeprefix("\n") if alone else rest


def dedented(text: str, indent: str) -> str:
    """Take the indentation of a definition off its lines; its first begins behind it."""
    return text.replace(f"\n{indent}", "\n") if indent else text
