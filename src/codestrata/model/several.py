"""A count with what is counted, as sentences have it."""

from __future__ import annotations


def several(count: int, one: str) -> str:
    """Give a count with a noun: ``1 file``, ``2 files``."""
    return f"{count} {one}{'s' * (count != 1)}"
