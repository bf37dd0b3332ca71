"""Imports of Rust. Source: The Rust Reference, "Use declarations", "Conditional compilation"."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.imports.row import (
    LAZY,
    REEXPORT,
    RUNTIME,
    USES,
    Found,
    Import,
    grouped,
    laid,
    sorts,
    told,
)
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.kernels.library import library
from codestrata.kernels.nodes.imports import imported
from codestrata.kernels.numbers import unique

_HERE = ("self", "super", "crate")
_PLAIN = frozenset({"identifier", "scoped_identifier", "crate", "self", "super", "metavariable"})
#: What is read off its text: paths, ``as``, braces, commas and stars; no comments, no raw names, no macros' names.
_CLEAN = re.compile(r"(?!::)(?:[\w:]++|[{},*\s](?!::))++", re.ASCII)
_PIECE = re.compile(r"[\w:]+|[{},*]", re.ASCII)
#: A whole path, its alias, and whether it stood in braces.
_Leaf = tuple[str, str, bool]
#: How deep braces may stand in braces.
_DEEPEST = 100


def imports(tree: Tree) -> Found:
    """Find ``use`` and ``extern crate``."""
    nodes = tree.of("use_declaration", "extern_crate_declaration")
    late = tree.below(tree.of("function_item", "closure_expression"), nodes) | _conditional(tree, nodes)
    again = tree.having(nodes, tree.of("visibility_modifier"))
    use = np.where(again, USES.index(REEXPORT), np.where(late, USES.index(LAZY), USES.index(RUNTIME))).astype(np.uint8)
    argument, native = tree.child(nodes, "argument"), library()
    if native is None:
        return laid(_told(tree, nodes, argument, use))
    what = sorts(tree.nodes.loaded.grammar.name, tuple(_PLAIN))
    read = imported(native, "rust", tree.laid, nodes, argument, use, what=what)
    left = np.searchsorted(nodes, read.left)
    return told(read, _told(tree, nodes[left], argument[left], use[left]))


def _told(tree: Tree, nodes: Ints, argument: Ints, use: NDArray[np.uint8]) -> list[Import]:
    """Tell imports by their texts, or else by their nodes."""
    rows: list[Import] = []
    sure = ~tree.wrong(nodes) if len(nodes) else nodes > 0
    asked = zip(nodes.tolist(), argument.tolist(), tree.is_a(argument, _PLAIN).tolist(), sure.tolist(), strict=True)
    for (node, told_by, whole, sure_), used in zip(asked, use.tolist(), strict=True):
        found = _read(tree.text(told_by), whole=whole, sure=sure_) or _walked(tree, node)
        rows += [row._replace(node=node, use=USES[used]) for row in found]
    return rows


def _read(text: str, *, whole: bool, sure: bool) -> list[Import]:
    """Tell what imports say by their text: a ``whole`` path, or lists where one is ``sure`` of them."""
    if whole and text:  # the usual one, without braces
        path = "".join(text.split())
        target, _, name = path.rpartition("::")
        taken = bool(target) and name[:1].isupper()
        return [Import(0, target if taken else path, name if taken else "", "", _relative(path))]
    clean = sure and text.count("{") < _DEEPEST and _CLEAN.fullmatch(text)
    return _flat(_listed(text)) if clean else []


def _walked(tree: Tree, node: int) -> list[Import]:
    """Tell the others by their nodes."""
    if tree.kind_of(node) == "extern_crate_declaration":
        names = [tree.text(part) for part in tree.parts_of(node) if tree.kind_of(part) == "identifier"]
        return [Import(0, names[0], "", "".join(names[1:2]))]
    return _flat(_leaves(tree, tree.parts_of(node)[-1], "", 0))


def _conditional(tree: Tree, nodes: Ints) -> Bools:
    """Say which nodes are compiled under a condition: ``#[cfg(…)]`` on them or around them."""
    marks = tree.of("attribute_item")
    marks = marks[tree.starts_with(marks, b"#[cfg(")]
    item = tree.after[marks]
    passed = tree.among(("attribute_item", "line_comment", "block_comment"))
    while len(item):
        known = item < len(tree.kind)
        item = item[known]
        on = passed[tree.kind[item]]
        if not on.any():
            break
        item = np.where(on, tree.after[item], item)
    return tree.below(unique(item), nodes)


def _listed(text: str) -> list[_Leaf]:
    """List the paths in a text, as :func:`_leaves` does."""
    found: list[_Leaf] = []
    outer: list[str] = []
    prefix = path = alias = ""
    renamed = False
    for piece in _PIECE.findall(text):
        if piece == "{":
            outer.append(prefix)
            prefix, path = prefix + path, ""
        elif piece in ",}":
            if path:
                found.append((prefix + path, alias, True))
            path, alias, renamed = "", "", False
            prefix = outer.pop() if piece == "}" else prefix
        elif piece == "as":
            renamed = True
        elif renamed:
            alias = piece
        else:
            path += piece
    return [*found, (prefix + path, alias, False)] if path else found


def _flat(leaves: list[_Leaf]) -> list[Import]:
    """Unfold what stands in braces: one row for all names out of one path."""
    found: dict[str, list[tuple[str, str]]] = {}
    whole: list[tuple[str, str]] = []
    for path, alias, listed in leaves:
        target, _, name = path.rpartition("::")
        if name == "self":
            whole.append((target, alias))
        elif target and (name == "*" or name[:1].isupper() or (listed and target not in _HERE)):
            found.setdefault(target, []).append((name, alias))
        else:
            whole.append((path, alias))
    rows = [Import(0, path, "", alias, _relative(path)) for path, alias in whole]
    for target, pairs in found.items():
        rows += grouped(0, target, pairs, _relative(target), RUNTIME)
    return rows


def _relative(path: str) -> int:
    return int(path.partition("::")[0] in _HERE)


def _leaves(tree: Tree, node: int, prefix: str, depth: int) -> list[_Leaf]:
    """List the paths below a node."""
    kind, parts = tree.kind_of(node), tree.parts_of(node)
    if kind in _PLAIN:
        return [(prefix + _path(tree, node), "", depth > 0)]
    if kind == "use_as_clause":
        return [(prefix + _path(tree, parts[0]), tree.text(parts[1]), depth > 0)]
    if kind == "use_wildcard":
        return [(prefix + (f"{_path(tree, parts[0])}::*" if parts else "*"), "", depth > 0)]
    if depth > _DEEPEST:
        return []
    if kind == "scoped_use_list":
        prefix += "".join(f"{_path(tree, part)}::" for part in parts[:-1])
        return _leaves(tree, parts[-1], prefix, depth)
    return [leaf for part in parts for leaf in _leaves(tree, part, prefix, depth + 1)] if kind == "use_list" else []


def _path(tree: Tree, node: int) -> str:
    return "".join(tree.text(node).split())
