"""Imports of Python. Source: The Python Language Reference, 7.11; PEP 484 for ``as`` and ``TYPE_CHECKING``."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.syntax.outline.exports import declared
from codestrata.analyze.syntax.outline.imports.row import LAZY, REEXPORT, RUNTIME, TYPING, Import, grouped
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.kernels.numbers import member

_KINDS = ("import_statement", "import_from_statement", "future_import_statement")


def imports(tree: Tree) -> list[Import]:
    """Find the imports."""
    nodes = tree.of(*_KINDS)
    uses, listed = _uses(tree, nodes), declared(tree)
    rows: list[Import] = []
    for node, file, use in zip(nodes.tolist(), tree.nodes.files(nodes).tolist(), uses, strict=True):
        kind, again = tree.kind_of(node), listed.get(file, frozenset())
        if kind == "import_statement":
            rows += [Import(node, name, "", alias, 0, use) for name, alias in map(_pair(tree), tree.parts_of(node))]
        elif kind == "future_import_statement":
            names = ",".join(tree.text(part) for part in tree.parts_of(node))
            rows.append(Import(node, "__future__", names, "", 0, use))
        else:
            rows += _from(tree, node, use, again)
    return rows


def _pair(tree: Tree):  # type: ignore[no-untyped-def] # noqa: ANN202
    def pair(node: int) -> tuple[str, str]:
        if tree.kind_of(node) != "aliased_import":
            return "".join(tree.text(node).split()), ""
        name, alias = tree.parts_of(node)[:2]
        return "".join(tree.text(name).split()), tree.text(alias)

    return pair


def _from(tree: Tree, node: int, use: str, again: frozenset[str]) -> list[Import]:
    module, *names = tree.parts_of(node)
    target = "".join(tree.text(module).split())
    relative = len(target) - len(target.lstrip("."))
    pairs = [("*", "") if tree.kind_of(name) == "wildcard_import" else _pair(tree)(name) for name in names]
    rows = grouped(node, target, [p for p in pairs if p[0] != p[1]], relative, use)
    rows += [Import(node, target, name, alias, relative, REEXPORT) for name, alias in pairs if name == alias]
    if use != RUNTIME or not again:
        return rows
    bound = [set((row.alias or row.names).split(",")) for row in rows]
    return [row._replace(use=REEXPORT) if b <= again else row for row, b in zip(rows, bound, strict=True)]


def _uses(tree: Tree, nodes: Ints) -> list[str]:
    lazy = tree.below(tree.of("function_definition", "lambda", "if_statement", "match_statement"), nodes)
    tries = tree.of("try_statement")
    caught = tree.of("except_clause", "except_group_clause")
    lazy |= tree.below(tries[member(tries, tree.parent[caught])], nodes)
    tests = tree.of("if_statement", "elif_clause")
    conditions = tree.child(tests, "condition")
    checks = np.array([_checking(text) for text in tree.texts(conditions)], np.bool_)
    bodies = tree.child(tests[checks], "consequence")
    typing = tree.below(bodies[bodies >= 0], nodes)
    return [TYPING if t else LAZY if late else RUNTIME for t, late in zip(typing.tolist(), lazy.tolist(), strict=True)]


def _checking(condition: str) -> bool:
    return condition.rpartition(".")[2] == "TYPE_CHECKING" and "not " not in condition
