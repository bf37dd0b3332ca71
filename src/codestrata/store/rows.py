"""Rows of a question, as mappings of Python values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codestrata.store.columns import Columns, Varlen, rows


def rows_of(found: Columns) -> Iterator[dict[str, Any]]:
    """Give each row by column: text as str, other strings as bytes, numbers as Python's; none of no columns."""
    if not found or not rows(found):
        return
    columns: list[list[Any]] = []
    for column in found.values():
        if isinstance(column, Varlen):
            columns.append(column.strings() if column.text else list(column))
        else:
            columns.append(column.tolist())
    names = list(found)
    for row in zip(*columns, strict=True):
        yield dict(zip(names, row, strict=True))
