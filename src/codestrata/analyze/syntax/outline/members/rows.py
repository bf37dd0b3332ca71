"""Rows of members, of methods and of declared fields."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from codestrata.analyze.syntax.outline.definitions import KINDS, TYPES, Definitions
from codestrata.analyze.syntax.outline.members.actions import Actions
from codestrata.analyze.syntax.outline.members.fields import Fields
from codestrata.analyze.syntax.outline.members.kin import Kin
from codestrata.analyze.syntax.outline.members.methods import listed, modifiers, returned, taken
from codestrata.analyze.syntax.outline.members.traits import base, traits
from codestrata.analyze.syntax.outline.table import Look
from codestrata.analyze.syntax.outline.tree import LONGEST, Ints, Tree
from codestrata.analyze.syntax.outline.visible import access

_OUTER = ("field_declaration", "constant_declaration")


class Member(NamedTuple):
    """One row; see :data:`codestrata.analyze.syntax.schema.MEMBERS`. ``node``, ``start``, ``stop``: where it is."""

    node: int
    start: int
    stop: int
    type: str
    trait: str
    name: str
    kind: str
    of: str = ""
    takes: str = ""
    modifiers: str = ""
    traits: str = ""


def of_methods(tree: Tree, found: Definitions, actions: Actions, seen: Look) -> list[Member]:
    """Give the methods and constructors of types."""
    begin, public = seen.begin, seen.public
    kin, methods = actions.kin, actions.kin.methods
    does, gives, takes = traits(actions), returned(tree, found, methods), taken(tree, found.parameters[methods])
    trait = tree.texts(tree.child(np.where(found.parent[methods] >= 0, found.node[found.parent[methods]], -1), "trait"))
    cpp, opened = tree.nodes.loaded.grammar.name == "cpp", access(tree, found.outer[methods]).tolist()
    python = tree.nodes.loaded.grammar.name == "python"
    starts, stops = begin[methods].tolist(), tree.end[found.outer[methods]].tolist()
    said_ = _modifiers(tree, found, methods, starts, takes)
    inner, of = found.inside(TYPES)[methods].tolist(), kin.of[methods].tolist()
    rows = []
    for k, (i, node) in enumerate(zip(methods.tolist(), found.node[methods].tolist(), strict=True)):
        said, types = said_[k], takes[k]
        if cpp and inner[k]:
            said.add("public" if opened[k] else "private")
        elif bool(public[i]) and not said & {"private", "protected"}:
            said.add("public")
        if types and python and "static" not in said:
            types = types[1:]
        rows.append(
            Member(
                node,
                starts[k],
                stops[k],
                kin.names[of[k]],
                base(trait[k]) if trait[k] else "",
                found.names[i],
                KINDS[found.kind[i]],
                gives[k],
                ",".join(types),
                listed(frozenset(said)),
                does[k],
            )
        )
    return rows


def _modifiers(
    tree: Tree, found: Definitions, methods: Ints, begins: list[int], takes: list[list[str]]
) -> list[set[str]]:
    """Give the modifiers of methods, as written or as the language means them."""
    grammar, raw = tree.nodes.loaded.grammar.name, tree.raw
    names = tree.start[found.name[methods]].tolist()
    told = [set(modifiers(raw, a, b)) for a, b in zip(begins, names, strict=True)]
    for k in np.flatnonzero((found.body[methods] < 0) & found.inside(("trait", "interface"))[methods]).tolist():
        told[k].add("abstract")
    if grammar == "rust":
        for said, types in zip(told, takes, strict=True):
            me = types[0] if types and "self" in types[0] else ""
            said.update({"static"} if not me else {"mutable"} if "mut" in me and "&" in me else ())
    elif grammar == "go":
        for said, text in zip(told, tree.texts(tree.child(found.node[methods], "receiver")), strict=True):
            said.update({"mutable"} if "*" in text else ())
    elif grammar == "cpp":
        for said, tail in zip(told, _tails(tree, found, methods), strict=True):
            said.update(modifiers(tail, 0, len(tail)))
            said.update({"abstract"} if tail.replace(b" ", b"").rstrip(b";").endswith(b"=0") else ())
    return told


def _tails(tree: Tree, found: Definitions, methods: Ints) -> list[bytes]:
    """Give what stands behind the parameters of C++ methods."""
    body, lists = found.body[methods], found.parameters[methods]
    starts = np.where(lists >= 0, tree.end[lists], 0)
    stops = np.where(lists >= 0, np.where(body >= 0, tree.start[body], tree.end[found.outer[methods]]), 0)
    pairs = zip(starts.tolist(), stops.tolist(), strict=True)
    return [tree.raw[a:b].partition(b":")[0] for a, b in pairs]


def of_fields(tree: Tree, kin: Kin, fields: Fields) -> list[Member]:
    """Give the fields that are declared."""
    c = tree.nodes.loaded.grammar.name in {"c", "cpp"}
    rows: list[Member] = []
    places: dict[int, int] = {}
    start, end, parent = tree.start.data, tree.end.data, tree.parent.data
    outers = np.where(tree.is_a(tree.above(fields.node), _OUTER), tree.above(fields.node), fields.node)
    opened, sorts = access(tree, outers), tree.child(outers, "type")
    columns = (fields.node, fields.name, fields.type, fields.of, opened, sorts, tree.previous(fields.node))
    for node, name, sort, of, open_, written, before in zip(*(column.tolist() for column in columns), strict=True):
        kind, above = tree.kind_of(node), parent[node]
        around = tree.kind_of(above)
        outer = above if around in _OUTER else node
        label = tree.text(name)
        if around == "ordered_field_declaration_list":  # no name: its number
            label = str(places.setdefault(above, 0))
            places[above] += 1
        elif kind == "field_declaration" and name == sort:  # embedded
            label = base(label)
        first = before if around == "ordered_field_declaration_list" else node
        begin = start[first] if tree.kind_of(first) == "visibility_modifier" else start[outer]
        said = set(modifiers(tree.raw, begin, start[name]))
        if c:
            said.add("public" if open_ else "private")
        constant = (
            tree.kind_of(above) == "constant_declaration"
            or kind == "enum_constant"
            or (kind == "enum_variant" and sort < 0)
            or {"static", "final"} <= said
        )
        text = _declared(tree, written, node, name) if c else tree.text(sort).lstrip(": ")
        rows.append(
            Member(
                node,
                begin,
                end[outer],
                kin.names[of],
                "",
                label,
                "constant" if constant else "field",
                " ".join(text.split())[:LONGEST],
                modifiers=listed(frozenset(said)),
            )
        )
    return rows


def _declared(tree: Tree, sort: int, node: int, name: int) -> str:
    """Give the type of a C field: the declaration without the name."""
    raw, (start, end) = tree.raw, tree.bounds
    head = raw[start[sort] : end[sort]].partition(b"{")[0] if sort >= 0 else b""
    around = raw[start[node] : start[name]] + raw[end[name] : end[node]]
    return (head + (b" " + around if around else b"")).decode(errors="replace")
