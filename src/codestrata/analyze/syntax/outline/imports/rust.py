"""Imports of Rust. Source: The Rust Reference, "Use declarations", "Conditional compilation"."""

from __future__ import annotations

import re

import numpy as np

from codestrata.analyze.syntax.outline.imports.row import LAZY, REEXPORT, RUNTIME, Import, grouped
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.kernels.numbers import unique

_HERE = ("self", "super", "crate")
_PLAIN = frozenset({"identifier", "scoped_identifier", "crate", "self", "super", "metavariable"})
#: Names in braces behind a path, and nothing but these.
_SIMPLE = re.compile(r"(\w+(?:::\w+)*)::\{\s*(\w+(?:::\w+)*(?:\s*,\s*\w+(?:::\w+)*)*)\s*,?\s*\}", re.ASCII)
#: A whole path, its alias, and whether it stood in braces.
_Leaf = tuple[str, str, bool]
#: How deep braces may stand in braces.
_DEEPEST = 100


def imports(tree: Tree) -> list[Import]:
    """Find ``use`` and ``extern crate``."""
    nodes = tree.of("use_declaration", "extern_crate_declaration")
    late = tree.below(tree.of("function_item", "closure_expression"), nodes) | _conditional(tree, nodes)
    again = tree.having(nodes, tree.of("visibility_modifier"))
    rows: list[Import] = []
    argument = tree.child(nodes, "argument")
    plain, sound = tree.is_a(argument, _PLAIN), ~tree.wrong(nodes)
    columns = (nodes.tolist(), late.tolist(), again.tolist(), plain.tolist(), sound.tolist(), tree.texts(argument))
    for node, lazy, public, whole, sure, text in zip(*columns, strict=True):
        use = REEXPORT if public else LAZY if lazy else RUNTIME
        if whole and text:  # the usual one, without braces
            path = "".join(text.split())
            target, _, name = path.rpartition("::")
            taken = bool(target) and name[:1].isupper()
            rows.append(Import(node, target if taken else path, name if taken else "", "", _relative(path), use))
            continue
        if tree.kind_of(node) == "extern_crate_declaration":
            names = [tree.text(part) for part in tree.parts_of(node) if tree.kind_of(part) == "identifier"]
            rows.append(Import(node, names[0], "", "".join(names[1:2]), 0, use))
        else:
            simple = _SIMPLE.fullmatch(text) if sure else None
            rows += _flat(node, _listed(simple) if simple else _leaves(tree, tree.parts_of(node)[-1], "", 0), use)
    return rows


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


def _listed(found: re.Match[str]) -> list[_Leaf]:
    """List the paths of names in braces behind a path, as :func:`_leaves` does."""
    prefix = found[1]
    return [(f"{prefix}::{name.strip()}", "", True) for name in found[2].split(",")]


def _flat(node: int, leaves: list[_Leaf], use: str) -> list[Import]:
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
    rows = [Import(node, path, "", alias, _relative(path), use) for path, alias in whole]
    for target, pairs in found.items():
        rows += grouped(node, target, pairs, _relative(target), use)
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
