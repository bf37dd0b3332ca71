"""One import, before it is a row."""

from __future__ import annotations

from typing import NamedTuple

RUNTIME, LAZY, TYPING, REEXPORT = "runtime", "lazy", "typing", "reexport"


class Import(NamedTuple):
    """What a node imports; see :data:`codestrata.analyze.syntax.schema.IMPORTS`."""

    node: int
    target: str
    names: str = ""
    alias: str = ""
    relative: int = 0
    use: str = RUNTIME


def grouped(node: int, target: str, pairs: list[tuple[str, str]], relative: int, use: str) -> list[Import]:
    """Give one row for the names without another name, and one for each with one; (name, alias) pairs."""
    plain = ",".join(name for name, alias in pairs if not alias)
    rows = [Import(node, target, plain, "", relative, use)] if plain else []
    return rows + [Import(node, target, name, alias, relative, use) for name, alias in pairs if alias]
