"""One row of the table of commands."""

from __future__ import annotations

import re
from typing import NamedTuple


class Row(NamedTuple):
    """A pattern (from the command's start), what the command is for, the registries it reaches, an example."""

    pattern: re.Pattern[str]
    kind: str
    registries: tuple[str, ...]
    example: str


def row(pattern: str, kind: str, example: str, *registries: str) -> Row:
    """Make a row; the pattern ends with a word."""
    return Row(re.compile(rf"(?:{pattern})(?=\s|$)"), kind, registries, example)
