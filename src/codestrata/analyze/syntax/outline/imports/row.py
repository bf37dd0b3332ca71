"""One import, before it is a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from codestrata.analyze.syntax.outline.tree import Ints
from codestrata.store.columns import Columns, Varlen

USES = RUNTIME, LAZY, TYPING, REEXPORT = ("runtime", "lazy", "typing", "reexport")


class Import(NamedTuple):
    """What a node imports; see :data:`codestrata.analyze.syntax.schema.IMPORTS`."""

    node: int
    target: str
    names: str = ""
    alias: str = ""
    relative: int = 0
    use: str = RUNTIME


class Found(NamedTuple):
    """Rows of many imports: the node of each, and the columns that say what it imports."""

    node: Ints
    columns: Columns


def laid(rows: Sequence[Import]) -> Found:
    """Lay imports out as columns."""
    node, target, names, alias, relative, use = zip(*rows, strict=True) if rows else ((),) * 6
    return Found(
        np.array(node, np.int64),
        {
            "target": Varlen.of(target),
            "names": Varlen.of(names),
            "alias": Varlen.of(alias),
            "relative": np.array(relative, np.int32),
            "use": Varlen.of(use),
        },
    )


def grouped(node: int, target: str, pairs: list[tuple[str, str]], relative: int, use: str) -> list[Import]:
    """Give one row for the names without another name, and one for each with one; (name, alias) pairs."""
    plain = ",".join(name for name, alias in pairs if not alias)
    rows = [Import(node, target, plain, "", relative, use)] if plain else []
    return rows + [Import(node, target, name, alias, relative, use) for name, alias in pairs if alias]
