"""CSV files as rows: tolerant of delimiter, byte order mark, line ends and newlines in quotes; strict about each row.

A row that cannot be read becomes Rejected and reading goes on with the next line, so an unclosed quote costs its own
line and nothing else. Source: RFC 4180.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from codestrata.discover.rejected import Rejected
from codestrata.errors import InvalidInput

DELIMITERS = ",;\t|"
#: A quoted field longer than this many lines is taken for an unclosed quote.
MAX_LINES = 1000
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UNDECODABLE = re.compile(r"[\udc80-\udcff]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it starts on (1-based), and its cells by column as the header spells it."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file: its name for messages, its columns as spelt, and its lines below the header."""

    name: str
    columns: tuple[str, ...]
    delimiter: str
    lines: list[str]
    first: int

    def rows(self) -> Iterator[Row | Rejected]:
        """Give every row, or why it is none, in the order of the file; empty rows are skipped."""
        at = 0
        while at < len(self.lines):
            at = yield from self._stretch(at)

    def _stretch(self, at: int) -> Generator[Row | Rejected, None, int]:
        """Give rows up to one whose quotes may have swallowed others; gives the line to go on from."""
        start = at

        def feed() -> Iterator[str]:
            for i in range(at, len(self.lines)):
                if i - start >= MAX_LINES:
                    return
                yield self.lines[i]

        reader = csv.reader(feed(), delimiter=self.delimiter, strict=True)
        while start < len(self.lines):
            fields, complaint = _next(reader)
            taken = at + reader.line_num - start
            if any(map(str.strip, fields)) or complaint:
                complaint = complaint or self._complaint(fields)
                if not complaint:
                    yield Row(self.first + start, dict(zip(self.columns, fields, strict=False)))
                else:
                    yield Rejected(self.name, self.first + start, self._culprit(fields), complaint, hint=_hint(taken))
                    if not fields or taken > 1:
                        return start + 1
            start += taken
        return start

    def _complaint(self, fields: Sequence[str]) -> str:
        extra = fields[len(self.columns) :]
        if len(fields) < len(self.columns) or any(cell.strip() for cell in extra):
            return f"{len(self.columns)} fields ({', '.join(self.columns)}), got {len(fields)}"
        if _UNDECODABLE.search("".join(fields)):
            return "UTF-8 text"
        return ""

    def _culprit(self, fields: Sequence[str]) -> str:
        """Name the column where a row goes wrong: the one not UTF-8, or the first that is missing."""
        for column, cell in zip(self.columns, fields, strict=False):
            if _UNDECODABLE.search(cell):
                return column
        return self.columns[len(fields)] if 0 < len(fields) < len(self.columns) else ""


def _next(reader: Iterator[list[str]]) -> tuple[list[str], str]:
    """Read one record: its fields, and what is wrong with its quotes."""
    try:
        return next(reader, []), ""
    except csv.Error:
        return [], "quotes that close"


def _hint(lines: int) -> str:
    return f"the row runs over {lines} lines: look for an unclosed quote" if lines > 1 else ""


def decode(data: bytes, name: str) -> str:
    """Decode UTF-8 with or without a byte order mark; undecodable bytes become lone surrogates for the rows to find."""
    if data.startswith(_UTF16):
        raise InvalidInput("is UTF-16, not UTF-8", where=f"{name}:1", hint="save it as UTF-8")
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def sheet(text: str, name: str, known: Sequence[str]) -> Sheet:
    """Find the header and the delimiter; ``known`` are the normalised columns of which at least one must be there."""
    lines = list(io.StringIO(text, newline=""))
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    header = lines[first] if first < len(lines) else ""
    if _UNDECODABLE.search(header):
        raise InvalidInput("is not UTF-8", where=f"{name}:{first + 1}", hint="save it as UTF-8")
    candidates = [(_columns(header, delimiter), delimiter) for delimiter in DELIMITERS]
    columns, delimiter = max(candidates, key=lambda c: (sum(normal(x) in known for x in c[0]), len(c[0])))
    if not any(normal(column) in known for column in columns):
        found = ", ".join(filter(None, columns)) or "nothing"
        hint = f"the first line must name at least one of: {', '.join(known)}"
        raise InvalidInput(f"no usable column; found: {found}", where=f"{name}:{first + 1}", hint=hint)
    repeated = sorted({c for c in columns if c and columns.count(c) > 1})
    if repeated:
        raise InvalidInput(f"column {repeated[0]} is there twice", where=f"{name}:{first + 1}")
    return Sheet(name, columns, delimiter, lines[first + 1 :], first + 2)


def _columns(header: str, delimiter: str) -> tuple[str, ...]:
    try:
        fields = next(csv.reader([header], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return ()
    return tuple(field.strip() for field in fields)


def normal(column: str) -> str:
    """Write a column's name in lower snake case: ``mainLanguage`` and ``Main Language`` are ``main_language``."""
    return re.sub(r"[\s\-.]+", "_", _CAMEL.sub("_", column.strip())).lower()
