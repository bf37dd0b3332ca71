"""Kin: types of a batch by name, and which methods and fields are whose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codestrata.analyze.syntax.outline.defined import TYPES, Definitions
from codestrata.analyze.syntax.outline.tree import Ints, Tree


@dataclass(frozen=True, slots=True)
class Kin:
    """Types get numbers by file and name, so that an impl block and its struct have the same one.

    ``of``: number of the type that each definition belongs to (a method) or is (a type), -1 for others; ``names``: by
    number; ``methods``: places of the methods and constructors of types among the definitions.
    """

    of: Ints
    names: list[str]
    methods: Ints


def kin(tree: Tree, found: Definitions) -> Kin:
    """Find whose methods are whose."""
    numbers: dict[tuple[int, str], int] = {}
    of = np.full(len(found) + 1, -1, np.int64)
    files = tree.nodes.files(found.node).tolist()
    for i in np.flatnonzero(found.are(TYPES)).tolist():
        of[i] = numbers.setdefault((files[i], found.names[i]), len(numbers))
    method, inner = found.are(("method", "constructor")), found.inside(TYPES)
    of = np.where(method, np.where(inner, of[found.parent], -1), of[:-1])
    script = tree.nodes.loaded.grammar.name in {"javascript", "typescript", "tsx"}
    apart = method & ~inner & ((found.parent < 0) | found.inside(("module",)))
    for i in np.flatnonzero(apart).tolist():
        owner = found.owners[i].rpartition(".")[2]
        if owner and (not script or owner[:1].isupper()):
            of[i] = numbers.setdefault((files[i], owner), len(numbers))
    return Kin(of, [name for _, name in numbers], np.flatnonzero(method & (of >= 0)))
