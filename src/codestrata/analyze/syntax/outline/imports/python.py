"""Imports of Python. Source: The Python Language Reference, 7.11; PEP 484 for ``as`` and ``TYPE_CHECKING``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.exports import declared
from codestrata.analyze.syntax.outline.imports.row import (
    LAZY,
    REEXPORT,
    RUNTIME,
    TYPING,
    USES,
    Found,
    Import,
    grouped,
    laid,
    sorts,
    told,
)
from codestrata.analyze.syntax.outline.pieces import changed
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.kernels.library import library
from codestrata.kernels.nodes.imports import imported
from codestrata.kernels.numbers import member
from codestrata.store.columns import Varlen

_KINDS = ("import_statement", "import_from_statement", "future_import_statement")
#: As the kernel numbers them.
_SORTS = (*((kind,) for kind in _KINDS), ("aliased_import",), ("wildcard_import",))


def imports(tree: Tree) -> Found:
    """Find the imports."""
    nodes = tree.of(*_KINDS)
    uses, native = _uses(tree, nodes), library()
    if native is None:
        found = laid(_walked(tree, nodes, uses))
    else:
        what = sorts(tree.nodes.loaded.grammar.name, *_SORTS)
        read = imported(native, "python", tree.laid, nodes, uses, what=what)
        found = told(read, _walked(tree, read.left, uses[np.searchsorted(nodes, read.left)]))
    return _again(tree, found)


def _walked(tree: Tree, nodes: Ints, uses: NDArray[np.uint8]) -> list[Import]:
    """Tell imports by their nodes."""
    rows: list[Import] = []
    for node, use in zip(nodes.tolist(), uses.tolist(), strict=True):
        kind = tree.kind_of(node)
        if kind == "import_statement":
            pairs = map(_pair(tree), tree.parts_of(node))
            rows += [Import(node, name, "", alias, 0, USES[use]) for name, alias in pairs]
        elif kind == "future_import_statement":
            names = ",".join(tree.text(part) for part in tree.parts_of(node))
            rows.append(Import(node, "__future__", names, "", 0, USES[use]))
        else:
            rows += _from(tree, node, USES[use])
    return rows


def _again(tree: Tree, found: Found) -> Found:
    """Tell what is taken from a module to be given on: all names of a row are in the file's list."""
    listed = declared(tree)
    if not listed:
        return found
    files = tree.nodes.files(found.node)
    asked = member(files, np.array(list(listed), np.int64)) & tree.is_a(found.node, ("import_from_statement",))
    changes = []
    texts = found.columns
    alias, names, use = (column for name in ("alias", "names", "use") if isinstance(column := texts[name], Varlen))
    for row in np.flatnonzero(asked).tolist():
        bound = set((alias[row] or names[row]).decode().split(","))
        if use[row] == RUNTIME.encode() and bound <= listed[int(files[row])]:
            changes.append(row)
    rows = np.array(changes, np.int64)
    return Found(found.node, {**texts, "use": changed(use, rows, [REEXPORT] * len(rows))})


def _pair(tree: Tree):  # type: ignore[no-untyped-def] # noqa: ANN202
    def pair(node: int) -> tuple[str, str]:
        if tree.kind_of(node) != "aliased_import":
            return "".join(tree.text(node).split()), ""
        name, alias = tree.parts_of(node)[:2]
        return "".join(tree.text(name).split()), tree.text(alias)

    return pair


def _from(tree: Tree, node: int, use: str) -> list[Import]:
    module, *names = tree.parts_of(node)
    target = "".join(tree.text(module).split())
    relative = len(target) - len(target.lstrip("."))
    pairs = [("*", "") if tree.kind_of(name) == "wildcard_import" else _pair(tree)(name) for name in names]
    rows = grouped(node, target, [p for p in pairs if p[0] != p[1]], relative, use)
    return rows + [Import(node, target, name, alias, relative, REEXPORT) for name, alias in pairs if name == alias]


def _uses(tree: Tree, nodes: Ints) -> NDArray[np.uint8]:
    lazy = tree.below(tree.of("function_definition", "lambda", "if_statement", "match_statement"), nodes)
    tries = tree.of("try_statement")
    if len(tries):
        caught = tree.of("except_clause", "except_group_clause")
        lazy |= tree.below(tries[member(tries, tree.parent[caught])], nodes)
    bodies = _checked(tree)
    typing = tree.below(bodies, nodes) if len(bodies) else np.zeros(len(nodes), np.bool_)
    return np.where(typing, USES.index(TYPING), np.where(lazy, USES.index(LAZY), USES.index(RUNTIME))).astype(np.uint8)


def _checked(tree: Tree) -> Ints:
    """Give what runs for type checkers alone."""
    tests = tree.of("if_statement", "elif_clause")
    conditions = tree.child(tests, "condition")
    ends = tree.end[conditions]
    fits = np.flatnonzero((conditions >= 0) & (tree.nodes.arena[ends - 1] == ord("G")))  # before they are read
    checks = [_checking(text) for text in tree.texts(conditions[fits])]
    bodies = tree.child(tests[fits[np.array(checks, np.bool_)]], "consequence")
    return bodies[bodies >= 0]


def _checking(condition: str) -> bool:
    return condition.rpartition(".")[2] == "TYPE_CHECKING" and "not " not in condition
