"""Rows of members, of methods and of declared fields, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codestrata.analyze.syntax.outline.defined import KINDS, TYPES, Definitions
from codestrata.analyze.syntax.outline.members.actions import Actions
from codestrata.analyze.syntax.outline.members.fields import Fields
from codestrata.analyze.syntax.outline.members.kin import Kin
from codestrata.analyze.syntax.outline.members.methods import Taken, returned, taken
from codestrata.analyze.syntax.outline.members.said import BITS, said, sets, written
from codestrata.analyze.syntax.outline.members.texts import Told, nothing, one_line, pieces, whole
from codestrata.analyze.syntax.outline.members.traits import traits
from codestrata.analyze.syntax.outline.pieces import changed
from codestrata.analyze.syntax.outline.table import Look
from codestrata.analyze.syntax.outline.tree import LONGEST, Bools, Ints, Tree
from codestrata.analyze.syntax.outline.visible import access
from codestrata.kernels.numbers import numbered
from codestrata.kernels.phrases import Pieces, bases
from codestrata.kernels.strings import distinct
from codestrata.kernels.tidied import Tidy
from codestrata.store.columns import Varlen

_OUTER = ("field_declaration", "constant_declaration")
#: Columns of text.
COLUMNS = ("type", "trait", "name", "kind", "of", "takes", "modifiers", "traits")
_SORTS, _KINDS = Varlen.of(("field", "constant")), Varlen.of(KINDS)


@dataclass(frozen=True, slots=True)
class Members:
    """Rows: ``node``, ``start``, ``stop`` say where each is, ``columns`` what :data:`MEMBERS` of the schema says."""

    node: Ints
    start: Ints
    stop: Ints
    columns: dict[str, Told]


def of_methods(tree: Tree, found: Definitions, actions: Actions, seen: Look) -> Members:
    """Give the methods and constructors of types."""
    kin, methods = actions.kin, actions.kin.methods
    takes, begin = taken(tree, found.parameters[methods]), seen.begin[methods]
    words = _modifiers(tree, found, methods, begin, takes)
    grammar, static = tree.nodes.loaded.grammar.name, (words & BITS["static"]) > 0
    opened = seen.public[methods] & ((words & (BITS["private"] | BITS["protected"])) == 0)
    public = np.where(opened, BITS["public"], 0)
    if grammar == "cpp":
        open_ = np.where(access(tree, found.outer[methods]), BITS["public"], BITS["private"])
        public = np.where(found.inside(TYPES)[methods], open_, public)
    trait = tree.child(np.where(found.parent[methods] >= 0, found.node[found.parent[methods]], -1), "trait")
    columns = {
        "type": Told(kin.named, kin.of[methods]),
        "trait": _traits(tree, trait),
        "name": Told(found.named, methods),
        "kind": Told(_KINDS, found.kind[methods].astype(np.int64)),
        "of": returned(tree, found, methods),
        "takes": Told.rows(takes.column(~static if grammar == "python" else np.zeros(len(methods), np.bool_))),
        "modifiers": Told(sets(), words | public),
        "traits": Told.rows(traits(actions)),
    }
    return Members(found.node[methods], begin, tree.end[found.outer[methods]], columns)


def _modifiers(tree: Tree, found: Definitions, methods: Ints, begins: Ints, takes: Taken) -> Ints:
    """Give the modifiers of methods, as written or as the language means them."""
    grammar = tree.nodes.loaded.grammar.name
    told = said(tree, begins, tree.start[found.name[methods]])
    empty = (found.body[methods] < 0) & found.inside(("trait", "interface"))[methods]
    told = told | np.where(empty, BITS["abstract"], 0)
    if grammar == "rust":
        told = told | _receivers(takes)
    elif grammar == "go":
        receivers = tree.texts(tree.child(found.node[methods], "receiver"))
        told = told | np.array([BITS["mutable"] * ("*" in text) for text in receivers], np.int64)
    elif grammar == "cpp":
        told = told | _tails(tree, found, methods)
    return told


def _receivers(takes: Taken) -> Ints:
    """Give what the first parameters say of methods (Rust)."""
    first, texts = takes.first(), takes.texts
    told, there = np.full(len(first), BITS["static"], np.int64), np.flatnonzero(first >= 0)
    which = first[there]
    codes, some = distinct(texts.data, texts.offsets[which], texts.offsets[which + 1])
    told[there] = np.array([_received(texts[i].decode()) for i in which[some].tolist()], np.int64)[codes]
    return told


def _traits(tree: Tree, nodes: Ints) -> Told:
    """Give the names of traits that blocks implement (Rust)."""
    if not (nodes >= 0).any():
        return nothing(len(nodes))
    return Told.rows(whole(tree, bases(tree.nodes.arena, pieces(tree, nodes))))


def _received(first: str) -> int:
    """Give what the first parameter says of a method (Rust)."""
    if "self" not in first:
        return BITS["static"]
    return BITS["mutable"] if "mut" in first and "&" in first else 0


def _behind(tail: bytes) -> int:
    """Give what stands behind the parameters of a method (C++)."""
    return written(tail[-300:]) | BITS["abstract"] * tail.replace(b" ", b"").rstrip(b";").endswith(b"=0")


def _tails(tree: Tree, found: Definitions, methods: Ints) -> Ints:
    """Give what stands behind the parameters of C++ methods, as modifiers."""
    body, lists = found.body[methods], found.parameters[methods]
    starts = np.where(lists >= 0, tree.end[lists], 0)
    stops = np.where(lists >= 0, np.where(body >= 0, tree.start[body], tree.end[found.outer[methods]]), 0)
    codes, first = distinct(tree.nodes.arena, starts, np.maximum(starts, stops))
    tails = [
        tree.raw[a:b].partition(b":")[0] for a, b in zip(starts[first].tolist(), stops[first].tolist(), strict=True)
    ]
    return np.array([_behind(tail) for tail in tails], np.int64)[codes]


def of_fields(tree: Tree, kin: Kin, fields: Fields) -> Members:
    """Give the fields that are declared."""
    c = tree.nodes.loaded.grammar.name in {"c", "cpp"}
    node, above = fields.node, tree.above(fields.node)
    outer = np.where(tree.is_a(above, _OUTER), above, node)
    listed = tree.is_a(above, ("ordered_field_declaration_list",))
    first = np.where(listed, tree.previous(node), node)
    begin = tree.start[np.where(tree.is_a(first, ("visibility_modifier",)), first, outer)]
    words = said(tree, begin, tree.start[fields.name])
    if c:
        words = words | np.where(access(tree, outer), BITS["public"], BITS["private"])
    fixed = BITS["static"] | BITS["final"]
    constant = tree.is_a(above, ("constant_declaration",)) | tree.is_a(node, ("enum_constant",))
    constant |= (tree.is_a(node, ("enum_variant",)) & (fields.type < 0)) | ((words & fixed) == fixed)
    columns = {
        "type": Told(kin.named, fields.of),
        "trait": nothing(len(node)),
        "name": _labels(tree, fields, listed),
        "kind": Told(_SORTS, constant.astype(np.int64)),
        "of": _declared(tree, tree.child(outer, "type"), fields) if c else one_line(tree, fields.type, Tidy.SPACES),
        "takes": nothing(len(node)),
        "modifiers": Told(sets(), words),
        "traits": nothing(len(node)),
    }
    return Members(node, begin, tree.end[outer], columns)


def _labels(tree: Tree, fields: Fields, listed: Bools) -> Told:
    """Give the names of fields; of those without one their number."""
    names = pieces(tree, fields.name)
    embedded = ~listed & tree.is_a(fields.node, ("field_declaration",)) & (fields.name == fields.type)
    if embedded.any():
        bare = bases(tree.nodes.arena, Pieces(names.starts[embedded], names.stops[embedded]))
        names.starts[embedded], names.stops[embedded] = bare
    if not listed.any():
        return Told.rows(whole(tree, names))
    # the order of fields is that of lists, and of what is in each
    some = np.flatnonzero(listed)
    lists, _, which = numbered(tree.parent[fields.node[some]])
    sequence = np.argsort(which, kind="stable")
    count = np.bincount(which, minlength=len(lists))
    rank = np.empty(len(some), np.int64)
    rank[sequence] = np.arange(len(some)) - np.repeat(np.cumsum(count) - count, count)
    return Told.rows(changed(whole(tree, names), some, [str(i) for i in rank.tolist()]))


def _declared(tree: Tree, sorts: Ints, fields: Fields) -> Told:
    """Give the types of C fields: the declarations without the names."""
    raw, (start, end) = tree.raw, tree.bounds
    told = []
    for sort, node, name in zip(sorts.tolist(), fields.node.tolist(), fields.name.tolist(), strict=True):
        head = raw[start[sort] : end[sort]].partition(b"{")[0] if sort >= 0 else b""
        around = raw[start[node] : start[name]] + raw[end[name] : end[node]]
        text = (head + (b" " + around if around else b"")).decode(errors="replace")
        told.append(" ".join(text.split())[:LONGEST])
    return Told.rows(Varlen.of(told))
