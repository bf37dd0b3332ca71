"""CSV as RFC 4180 has it: a header, CRLF after each record, every text in quotes, quotes in it doubled.

A NUL, which readers take for the end of a text or refuse, is written as U+FFFD.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codestrata.export.write.formats.base import Hashed, records
from codestrata.store.columns import Columns
from codestrata.store.schema import Field

_END = "\r\n"


class Values(Hashed):
    """A CSV file."""

    def __init__(self, path: Path, fields: Sequence[Field], level: int) -> None:
        super().__init__(path, fields, level)
        self.put((",".join(map(_value, self._names)) + _END).encode())

    def write(self, columns: Columns) -> None:
        """Add a record for each row."""
        for part in records(columns, self._names):
            self.put("".join(",".join(map(_value, row)) + _END for row in part).encode())


def _value(value: Any) -> str:
    match value:
        case str():
            return '"' + value.replace('"', '""').replace("\0", "\ufffd") + '"'
        case bool():
            return "true" if value else "false"
    return repr(value)
