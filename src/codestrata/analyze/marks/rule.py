"""A path rule: knowledge as a row, with what it means shown beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A mark's name, the RE2 pattern searched in a relative ``/``-separated path, and paths that do and do not match.

    A pattern must not match a newline: many paths are searched as the lines of one text.
    """

    name: str
    pattern: str
    yes: tuple[str, ...]
    no: tuple[str, ...] = ()


def folder(*names: str) -> str:
    """Give the pattern of a folder of one of these names, anywhere in a path."""
    return rf"(?:^|/)(?:{'|'.join(names)})/"


def file(*names: str) -> str:
    """Give the pattern of a file of one of these names, in any folder."""
    return rf"(?:^|/)(?:{'|'.join(names)})$"


def ending(*names: str) -> str:
    """Give the pattern of a file whose name ends so."""
    return rf"(?:{'|'.join(names)})$"
