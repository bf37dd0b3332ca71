"""Imports of Rust. Source: The Rust Reference, "Use declarations", "Conditional compilation"."""

from __future__ import annotations

import re

import numpy as np

from codestrata.analyze.syntax.outline.imports.row import LAZY, REEXPORT, RUNTIME, USES, Found, Import, grouped, laid
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.analyze.syntax.outline.written import numbered
from codestrata.kernels.numbers import unique
from codestrata.store.columns import Varlen, take

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
    use = np.where(again, USES.index(REEXPORT), np.where(late, USES.index(LAZY), USES.index(RUNTIME)))
    told, which = _told(tree, nodes)
    sizes = np.array([len(rows) for rows in told], np.int64)
    count = sizes[which]
    begins = np.cumsum(sizes) - sizes
    place = np.arange(count.sum()) + np.repeat(begins[which] - (np.cumsum(count) - count), count)
    columns = take(laid([row for rows in told for row in rows]).columns, place)
    return Found(np.repeat(nodes, count), columns | {"use": Varlen.of(USES).take(np.repeat(use, count))})


def _told(tree: Tree, nodes: Ints) -> tuple[list[list[Import]], Ints]:
    """Give the rows of different imports, as of node 0 and needed at run time, and which of them each node has."""
    argument = tree.child(nodes, "argument")
    codes, texts = numbered(tree, argument)
    columns = (codes.tolist(), tree.is_a(argument, _PLAIN).tolist(), (~tree.wrong(nodes)).tolist())
    known: dict[tuple[int, bool, bool], int] = {}
    told: list[list[Import]] = []
    which = []
    for node, key in zip(nodes.tolist(), zip(*columns, strict=True), strict=True):
        if key not in known:
            rows = _read(texts[key[0]], whole=key[1], sure=key[2])
            if rows:
                known[key] = len(told)
            told.append(rows or _walked(tree, node))
        which.append(known.get(key, len(told) - 1))
    return told, np.array(which, np.int64)


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
