"""Paths in repositories, which are bytes: as text for people, as text that turns back, and lines in addresses."""

from __future__ import annotations


def readable(path: bytes) -> str:
    r"""Give a path as text for people; bytes that are not UTF-8 become ``\xNN``."""
    return path.decode("utf-8", "backslashreplace")


def text_of(path: bytes) -> str:
    """Give a path as text that :func:`bytes_of` turns back, whatever bytes are in it. Source: PEP 383."""
    return path.decode("utf-8", "surrogateescape")


def bytes_of(path: str) -> bytes:
    """Give a path as git has it."""
    return path.encode("utf-8", "surrogateescape")


def lines(first: int, last: int) -> str:
    """Give lines as addresses have them: ``#L9``, ``#L1-L9``; first and last count from 1."""
    return f"#L{first}-L{last}" if last > first else f"#L{first}"
