"""Kin: types of a batch by name, and which methods and fields are whose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codestrata.analyze.syntax.outline.defined import TYPES, Definitions
from codestrata.analyze.syntax.outline.pieces import capital
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.kernels.before import before
from codestrata.kernels.numbers import numbered
from codestrata.kernels.piled import piled
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Varlen, joined


@dataclass(frozen=True, slots=True)
class Kin:
    """Types get numbers by file and name, so that an impl block and its struct have the same one.

    ``of``: number of the type that each definition belongs to (a method) or is (a type), -1 for others; ``named``:
    their names, by number; ``methods``: places of the methods and constructors of types among the definitions.
    """

    of: Ints
    named: Varlen
    methods: Ints


def kin(tree: Tree, found: Definitions) -> Kin:
    """Find whose methods are whose."""
    types = np.flatnonzero(found.are(TYPES))
    method, inner = found.are(("method", "constructor")), found.inside(TYPES)
    apart = np.flatnonzero(method & ~inner & ((found.parent < 0) | found.inside(("module",))))
    names = found.named.take(types)
    if len(apart):
        apart, owners = _owners(tree, found, apart)
        names = joined([names, owners])
    which, first = by_name(tree, found.node[np.concatenate((types, apart))], names)
    of = np.full(len(found) + 1, -1, np.int64)
    of[types] = which[: len(types)]
    of = np.where(method, np.where(inner, of[found.parent], -1), of[:-1])
    of[apart] = which[len(types) :]
    return Kin(of, names.take(first), np.flatnonzero(method & (of >= 0)))


def by_name(tree: Tree, nodes: Ints, names: Varlen) -> tuple[Ints, Ints]:
    """Number nodes by their files and names: the number of each, and where each number comes first."""
    codes, _ = distinct(names.data, names.offsets[:-1], names.offsets[1:])
    _, first, which = numbered(tree.nodes.files(nodes) * (len(names) + 1) + codes)
    return which, first


def _owners(tree: Tree, found: Definitions, places: Ints) -> tuple[Ints, Varlen]:
    """Give the methods that name their type themselves, and the names of the types."""
    paths = found.owned.take(places)
    dots, starts, stops = np.flatnonzero(paths.data == ord(".")), paths.offsets[:-1], paths.offsets[1:]
    last = before(dots, stops) - 1
    if len(dots):
        starts = np.maximum(starts, np.where(last >= 0, dots[last] + 1, 0))
    ((offsets, data),) = piled(paths.data, starts, stops, np.arange(len(places))[None])
    owners = Varlen(offsets, data, text=True)
    kept = stops > starts
    if tree.nodes.loaded.grammar.name in {"javascript", "typescript", "tsx"}:
        kept = kept & capital(owners)
    return places[kept], owners.take(np.flatnonzero(kept))
