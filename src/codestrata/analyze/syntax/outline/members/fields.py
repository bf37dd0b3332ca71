"""Fields of types, as each grammar writes them, and those that methods give to their object."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from codestrata.analyze.syntax.outline.defined import TYPES, Definitions
from codestrata.analyze.syntax.outline.members.kin import Kin
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.kernels.nodes.uses import below


class _Way(NamedTuple):
    """Nodes of a kind are fields (with ``each``: their children known by it); where name and type are, by fields.

    A star in front of the way to the type starts at the parent.
    """

    kind: str
    name: str = "name"
    type: str = "type"
    each: str = ""
    inside: str = ""
    needs: str = ""


_SCRIPT = (
    _Way("public_field_definition"),
    _Way("field_definition", name="property"),
    _Way("property_signature"),
    _Way("required_parameter", name="pattern", needs="accessibility_modifier"),
    _Way("optional_parameter", name="pattern", needs="accessibility_modifier"),
)
_C = (_Way("field_declaration", name="", type="*type", each="declarator"),)
_WAYS: dict[str, tuple[_Way, ...]] = {
    "python": (_Way("assignment", name="left", inside="block"),),
    "rust": (
        _Way("field_declaration"),
        _Way("ordered_field_declaration_list", name="", type="", each="type"),
        _Way("enum_variant", type="body"),
    ),
    "go": (_Way("field_declaration", name="", type="*type", each="name"), _Way("field_declaration", name="type")),
    "java": (
        _Way("field_declaration", type="*type", each="declarator"),
        _Way("constant_declaration", type="*type", each="declarator"),
        _Way("formal_parameter", inside="record_declaration"),
        _Way("enum_constant", type="body"),
    ),
    "c": _C,
    "cpp": _C,
}


class Fields(NamedTuple):
    """Nodes of fields, of their names and types (-1 without), and the number of the type they belong to."""

    node: Ints
    name: Ints
    type: Ints
    of: Ints


def fields(tree: Tree, found: Definitions, kin: Kin) -> Fields:
    """Find the fields that are declared."""
    grammar = tree.nodes.loaded.grammar.name
    scopes = found.are(TYPES)
    types = np.flatnonzero(scopes | (kin.of >= 0))
    parts = []
    for way in _WAYS.get(grammar, _SCRIPT):
        nodes = _nodes(tree, way)
        if not len(nodes):
            continue
        nodes, name, sort = _found(tree, way, nodes)
        parts.append((nodes, name, sort, np.full(len(nodes), bool(way.needs))))
    if not parts or not len(types):
        return Fields(types[:0], types[:0], types[:0], types[:0])
    nodes, name, sort, free = (np.concatenate(column) for column in zip(*parts, strict=True))
    holder = tree.holders(found.node[types], nodes)
    place = types[holder]
    # not what a method defines inside itself, but for parameters that are fields
    own = scopes[place] | free.astype(np.bool_)
    own &= ~tree.is_a(tree.above(tree.above(nodes)), ("enum_variant",))  # it holds them itself
    kept = np.flatnonzero((holder >= 0) & own & (name >= 0))
    kept = kept[np.argsort(nodes[kept], kind="stable")]
    return Fields(nodes[kept], name[kept], sort[kept], kin.of[place[kept]])


def _nodes(tree: Tree, way: _Way) -> Ints:
    """Give the nodes that may be fields."""
    if way.each:
        nodes, _ = below(tree.laid, tree.of(way.kind), tree.field_number(way.each))
    else:
        nodes = tree.of(way.kind)
    if way.needs:
        nodes = nodes[tree.having(nodes, tree.of(way.needs))]
    if way.inside == "block":  # a statement of a class's own block
        nodes = nodes[tree.is_a(tree.above(tree.above(tree.above(nodes))), ("class_definition",))]
    elif way.inside:
        nodes = nodes[tree.is_a(tree.above(tree.above(nodes)), (way.inside,))]
    return nodes


def _found(tree: Tree, way: _Way, nodes: Ints) -> tuple[Ints, Ints, Ints]:
    """Give those that are, with their names and types."""
    name = tree.follow(nodes, way.name) if way.name else nodes
    if way.kind == "field_declaration" and way.name == "type":  # Go: an embedded type
        kept = tree.child(nodes, "name") < 0
        nodes, name = nodes[kept], name[kept]
    if way.type.startswith("*"):
        sort = tree.follow(tree.above(nodes), way.type[1:])
    else:
        sort = tree.follow(nodes, way.type) if way.type else nodes
    return (nodes, *_declared(tree, nodes, name, sort))


def _declared(tree: Tree, nodes: Ints, name: Ints, sort: Ints) -> tuple[Ints, Ints]:
    """Find the names inside C's declarators; functions are no fields."""
    if tree.nodes.loaded.grammar.name not in {"c", "cpp"}:
        return name, sort
    here, last = nodes, nodes
    for _ in range(8):
        inner = tree.child(here, "declarator")
        inner = np.where((inner < 0) & tree.is_a(here, ("parenthesized_declarator", "reference_declarator")),
                         tree.first_part(here), inner)  # fmt: skip
        last = np.where(inner >= 0, inner, last)
        here = inner
    method = tree.is_a(tree.above(last), ("function_declarator",))
    return np.where(method, -1, last), sort
