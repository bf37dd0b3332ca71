"""Methods: what they take and give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codestrata.analyze.syntax.outline.defined import Definitions
from codestrata.analyze.syntax.outline.members.texts import Told, one_line, pieces
from codestrata.analyze.syntax.outline.tree import LONGEST, Bools, Ints, Tree
from codestrata.kernels.joined import joined
from codestrata.kernels.nodes.uses import below
from codestrata.kernels.numbers import numbered
from codestrata.kernels.phrases import Pieces
from codestrata.kernels.strings import distinct
from codestrata.kernels.tidied import Tidy, tidied
from codestrata.store.columns import Varlen

#: Kinds in lists of parameters that are none, and those that are told whole.
_NONE = ("keyword_separator", "positional_separator", "attribute_item", "receiver_parameter")
_WHOLE = ("self_parameter", "spread_parameter")
_TIDY = Tidy.SPACES | Tidy.COMMAS
_RETURNS = "return_type|result|type"


def returned(tree: Tree, found: Definitions, methods: Ints) -> Told:
    """Give what methods return, as written."""
    nodes = found.node[methods]
    if tree.nodes.loaded.grammar.name not in {"c", "cpp"}:
        return one_line(tree, tree.follow(nodes, _RETURNS), Tidy(0))
    inner = tree.child(nodes, "declarator")
    whole = tree.is_a(nodes, ("function_definition",))
    sorts = pieces(tree, tree.child(np.where(whole, nodes, tree.above(nodes)), "type"))
    starts, stops = tree.start[np.where(whole, inner, nodes)], tree.start[found.name[methods]]
    around = Pieces(starts, np.maximum(starts, stops))
    first, which = _pairs(tree, sorts, around)
    columns = (column[first].tolist() for column in (*sorts, *around))
    told = [tree.raw[a:b] + b" " + tree.raw[c:d] for a, b, c, d in zip(*columns, strict=True)]
    return Told(Varlen.of([" ".join(text.decode(errors="replace").split())[:LONGEST] for text in told]), which)


def _pairs(tree: Tree, one: Pieces, other: Pieces) -> tuple[Ints, Ints]:
    """Number pairs of texts: where each number comes first, and the number of each pair."""
    codes, _ = distinct(tree.nodes.arena, *one)
    others, _ = distinct(tree.nodes.arena, *other)
    _, first, which = numbered(codes * (len(others) + 1) + others)
    return first, which


@dataclass(frozen=True, slots=True)
class Taken:
    """Parameters of m lists, in order: of which list each is, ``row``; which of ``texts`` its type is, ``which``."""

    lists: int
    row: Ints
    which: Ints
    texts: Varlen

    def first(self) -> Ints:
        """Give which text the first type of each list is, or -1."""
        found = np.full(self.lists, -1, np.int64)
        found[self.row[::-1]] = self.which[::-1]
        return found

    def column(self, less: Bools) -> Varlen:
        """Give a column of all types, joined by commas; less the first of some lists."""
        row, which = self.row, self.which
        if less.any():
            kept = np.ones(len(row), np.bool_)
            first = np.flatnonzero(np.concatenate(([True], row[1:] != row[:-1])))
            kept[first] = ~less[row[first]]
            row, which = row[kept], which[kept]
        return Varlen(*joined(self.texts.data, self.texts.offsets, which, row, self.lists), text=True)


def taken(tree: Tree, lists: Ints) -> Taken:
    """Give the types of parameters, as written; empty where none is."""
    grammar = tree.nodes.loaded.grammar.name
    nodes, row = below(tree.laid, _last(lists))
    kept = ~tree.is_a(nodes, _NONE)
    nodes, row = nodes[kept], row[kept]
    sorts = tree.child(nodes, "type")
    told = np.where(tree.end[sorts] > tree.start[sorts], sorts, -1)
    told = np.where((told < 0) & tree.is_a(nodes, _WHOLE), nodes, told)
    if grammar == "rust":  # self: Pin<&mut Self>
        told = np.where(tree.is_a(tree.child(nodes, "pattern"), ("self",)), nodes, told)
    texts = Varlen(*tidied(tree.nodes.arena, *pieces(tree, told), _TIDY, LONGEST), text=True)
    which = np.arange(len(told))
    if grammar == "go":  # one parameter may have several names
        _, names = below(tree.laid, nodes, tree.field_number("name"))
        count = np.maximum(np.bincount(names, minlength=len(nodes)), 1)
        row, which = np.repeat(row, count), np.repeat(which, count)
    return Taken(len(lists), row, which, texts)


def _last(lists: Ints) -> Ints:
    """Give lists in which each is named once, where it stands last."""
    order = np.argsort(lists, kind="stable")
    ordered = lists[order]
    again = order[:-1][ordered[:-1] == ordered[1:]]
    if not len(again):
        return lists
    once = lists.copy()
    once[again] = -1
    return once
