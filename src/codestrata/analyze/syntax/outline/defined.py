"""What is defined: definitions of a batch as columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.pieces import Letters
from codestrata.analyze.syntax.outline.tree import Bools, Ints
from codestrata.kernels.library import library
from codestrata.kernels.nodes.defined import paths
from codestrata.store.columns import Varlen

#: What may be defined, by number.
KINDS = (
    *("class", "struct", "enum", "union", "trait", "interface", "impl", "function", "method", "constructor"),
    *("module", "macro", "type", "constant", "variable", "field"),
)
NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
#: Kinds whose functions are methods.
TYPES = frozenset({"class", "struct", "enum", "union", "trait", "interface", "impl"})
FUNCTIONS = frozenset({"function", "method", "constructor"})


@dataclass(frozen=True)
class Definitions:
    """m definitions, in the order of their nodes.

    ``node``; ``outer``: the node with what wraps it; ``name``, ``body``, ``parameters``: nodes, or -1; ``kind``: number
    in :data:`KINDS`; ``named``, ``owned``: columns of names and owners; ``parent``: place of the definition around it,
    or -1; ``scope``: has others inside.
    """

    node: Ints
    outer: Ints
    name: Ints
    body: Ints
    parameters: Ints
    kind: NDArray[np.uint8]
    named: Varlen
    owned: Varlen
    parent: Ints
    scope: Bools

    def __len__(self) -> int:
        """Count them."""
        return len(self.node)

    def are(self, kinds: Iterable[str]) -> Bools:
        """Say which are of some kinds."""
        return among(kinds)[self.kind]

    def inside(self, kinds: Iterable[str]) -> Bools:
        """Say which are defined right inside another of some kinds."""
        return within(self.kind, self.parent, kinds)

    def kinds(self) -> Varlen:
        """Give the column of their kinds."""
        return _kinds().take(self.kind)

    @cached_property
    def names(self) -> Letters:
        """Their names, to be read one by one."""
        return Letters(self.named)

    @cached_property
    def owners(self) -> Letters:
        """Their owners, to be read one by one."""
        return Letters(self.owned)

    def paths(self, rows: Ints) -> Varlen:
        """Give the column of owners and names of some rows; that of -1 is empty."""
        owned, named, native = self.owned, self.named, library()
        if native is not None:
            told = paths(native, rows, (owned.offsets, owned.data), (named.offsets, named.data))
            return Varlen(*told, text=True)
        owners, names, some = owned.strings(), named.strings(), rows.tolist()
        return Varlen.of([f"{owners[i]}." * bool(owners[i]) + names[i] if i >= 0 else "" for i in some])


@cache
def _kinds() -> Varlen:
    return Varlen.of(KINDS)


def among(kinds: Iterable[str]) -> Bools:
    """Give a table: is a kind's number one of these."""
    return _among(frozenset(kinds))


@lru_cache(maxsize=256)
def _among(kinds: frozenset[str]) -> Bools:
    table = np.zeros(len(KINDS), np.bool_)
    table[[NUMBERS[kind] for kind in kinds]] = True
    table.flags.writeable = False
    return table


def within(kind: NDArray[np.uint8], parent: Ints, kinds: Iterable[str]) -> Bools:
    """Say of definitions, by kinds and parents, which are right inside one of some kinds."""
    return np.append(among(kinds)[kind], [False])[parent]
