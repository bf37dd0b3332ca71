"""Kin: types of a batch by name, and which methods and fields are whose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codestrata.analyze.syntax.outline.definitions import TYPES, Definitions
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
    names: list[str] = []
    of = np.full(len(found), -1, np.int64)
    methods: list[int] = []
    script = tree.nodes.loaded.grammar.name in {"javascript", "typescript", "tsx"}
    files = tree.nodes.files(found.node).tolist()

    def number(i: int, name: str) -> int:
        key = (files[i], name)
        if key not in numbers:
            numbers[key] = len(names)
            names.append(name)
        return numbers[key]

    parents = found.parent.tolist()
    for i, kind in enumerate(found.kind):
        if kind in TYPES:
            of[i] = number(i, found.names[i])
        elif kind in {"method", "constructor"}:
            parent = parents[i]
            inner = parent >= 0 and found.kind[parent] in TYPES
            owner = found.names[parent] if inner else found.owners[i].rpartition(".")[2]
            outside = parent < 0 or found.kind[parent] == "module"
            if inner or (owner and outside and (not script or owner[:1].isupper())):
                of[i] = number(i, owner)
                methods.append(i)
    return Kin(of, names, np.array(methods, np.int64))
