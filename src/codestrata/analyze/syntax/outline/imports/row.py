"""One import, before it is a row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.tree import Ints, among
from codestrata.kernels.nodes.imports import Imported
from codestrata.store.columns import Columns, Varlen, concat, take

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


def told(read: Imported, rest: Sequence[Import]) -> Found:
    """Give what a kernel read, and the rest, in the order of their nodes."""
    columns: Columns = {
        **{name: Varlen(*getattr(read, name), text=True) for name in ("target", "names", "alias")},
        "relative": read.relative,
        "use": used().take(read.use),
    }
    if not rest:
        return Found(read.node, columns)
    more = laid(rest)
    node = np.concatenate((read.node, more.node))
    order = np.argsort(node, kind="stable")
    return Found(node[order], take(concat([columns, more.columns]), order))


@cache
def used() -> Varlen:
    """Give the ways of use as a column, to be taken from."""
    return Varlen.of(USES)


@lru_cache(maxsize=64)
def sorts(grammar: str, *kinds: tuple[str, ...]) -> NDArray[np.uint8]:
    """Give a table: which of some groups, from 1, a kind's number is in, 0 for none."""
    table = np.zeros(1 << 16, np.uint8)
    for number, group in enumerate(kinds, 1):
        table[among(grammar, group)] = number
    return table


def grouped(node: int, target: str, pairs: list[tuple[str, str]], relative: int, use: str) -> list[Import]:
    """Give one row for the names without another name, and one for each with one; (name, alias) pairs."""
    plain = ",".join(name for name, alias in pairs if not alias)
    rows = [Import(node, target, plain, "", relative, use)] if plain else []
    return rows + [Import(node, target, name, alias, relative, use) for name, alias in pairs if alias]
