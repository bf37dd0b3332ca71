"""What is defined: definitions of a batch as columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.tree import Bools, Ints
from codestrata.kernels.strings import gather
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
    in :data:`KINDS`; ``names``, ``owners``: texts; ``parent``: place of the definition around it, or -1; ``scope``: has
    others inside.
    """

    node: Ints
    outer: Ints
    name: Ints
    body: Ints
    parameters: Ints
    kind: NDArray[np.uint8]
    names: list[str]
    owners: list[str]
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
        return Varlen.of(KINDS).take(self.kind)

    @cached_property
    def named(self) -> Varlen:
        """The column of their names."""
        return Varlen.of(self.names)

    @cached_property
    def owned(self) -> Varlen:
        """The column of their owners."""
        return Varlen.of(self.owners)

    def paths(self) -> Varlen:
        """Give the column of owners and names, and one row more, which is empty."""
        owners, names = self.owned, self.named
        before, sizes = np.diff(owners.offsets), np.diff(names.offsets)
        dots = (before > 0).astype(np.int64)
        offsets = np.zeros(len(self) + 2, np.int64)
        np.cumsum(before + dots + sizes, out=offsets[1:-1])
        offsets[-1] = offsets[-2]
        data = np.full(offsets[-1], ord("."), np.uint8)
        gather(owners.data, owners.offsets[:-1], before, data, offsets[:-2])
        gather(names.data, names.offsets[:-1], sizes, data, offsets[:-2] + before + dots)
        return Varlen(offsets, data, text=True)


def among(kinds: Iterable[str]) -> Bools:
    """Give a table: is a kind's number one of these."""
    table = np.zeros(len(KINDS), np.bool_)
    table[[NUMBERS[kind] for kind in kinds]] = True
    return table


def within(kind: NDArray[np.uint8], parent: Ints, kinds: Iterable[str]) -> Bools:
    """Say of definitions, by kinds and parents, which are right inside one of some kinds."""
    return np.append(among(kinds)[kind], [False])[parent]
