"""Output for people, read line by line: lines that are far too long are cut, colours are taken out.

Source of the escape sequences: ECMA-48, section 5.4 (control sequences).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Characters of a line that are looked at.
_LINE = 4096
#: Every number of so many digits fits 31 bits.
_DIGITS = 9
_COLOUR = re.compile(r"\x1b\[[0-9;:]*[A-Za-z]")


def lines(data: bytes) -> Iterator[str]:
    """Give every line without its end."""
    for raw in data.split(b"\n"):
        line = raw[: 4 * _LINE].decode("utf-8", "replace")[:_LINE].rstrip("\r")
        yield _COLOUR.sub("", line) if "\x1b" in line else line


def count(digits: str | None) -> int:
    """Give the number that digits write; 0 for what is none, or has so many digits that no table can hold it."""
    return int(digits) if digits and len(digits) <= _DIGITS and digits.isascii() and digits.isdigit() else 0
