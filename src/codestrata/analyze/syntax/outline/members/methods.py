"""Methods: what they take and give, and the words that modify them."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from codestrata.analyze.syntax.outline.definitions import Definitions
from codestrata.analyze.syntax.outline.tree import LONGEST, Ints, Tree

#: How modifiers are written, and what they are called here.
_SAID = {
    **{
        word: word.decode()
        for word in (
            *(b"static", b"abstract", b"private", b"public", b"protected", b"override", b"final", b"async"),
            *(b"virtual", b"mutable"),
        )
    },
    b"Override": "override",
    b"staticmethod": "static",
    b"classmethod": "static",
    b"abstractmethod": "abstract",
    b"abstractproperty": "abstract",
    b"pub": "public",
    b"readonly": "final",
}
_WORD = re.compile(rb"(?<!\w)(?:" + b"|".join(sorted(_SAID, reverse=True)) + rb")(?!\w)")
#: How much in front of a name is looked at, bytes.
_HEAD = 300
#: Kinds in lists of parameters that are none, and those that are told whole.
_NONE = ("keyword_separator", "positional_separator", "attribute_item", "receiver_parameter")
_WHOLE = frozenset({"self_parameter", "spread_parameter"})
_RETURNS = "return_type|result|type"


def modifiers(raw: bytes, begin: int, name: int) -> frozenset[str]:
    """Give the modifiers written from a place to that of a name."""
    return _modifiers(raw[max(begin, name - _HEAD) : name])


@lru_cache(maxsize=65536)
def _modifiers(head: bytes) -> frozenset[str]:
    return frozenset(_SAID[word] for word in _WORD.findall(head))


@lru_cache(maxsize=4096)
def listed(words: frozenset[str]) -> str:
    """Give words in order, joined by commas."""
    return ",".join(sorted(words))


def returned(tree: Tree, found: Definitions, methods: Ints) -> list[str]:
    """Give what methods return, as written."""
    nodes = found.node[methods]
    if tree.nodes.loaded.grammar.name not in {"c", "cpp"}:
        return [text.lstrip(": ")[:LONGEST] for text in tree.texts(tree.follow(nodes, _RETURNS))]
    inner = tree.child(nodes, "declarator")
    whole = tree.is_a(nodes, ("function_definition",))
    sorts = tree.texts(tree.child(np.where(whole, nodes, tree.above(nodes)), "type"))
    starts = tree.start[np.where(whole, inner, nodes)].tolist()
    stops = tree.start[found.name[methods]].tolist()
    around = [tree.raw[a:b].decode(errors="replace") for a, b in zip(starts, stops, strict=True)]
    return [" ".join(f"{sort} {text}".split())[:LONGEST] for sort, text in zip(sorts, around, strict=True)]


def taken(tree: Tree, lists: Ints) -> list[list[str]]:
    """Give the types of parameters, as written; empty where none is."""
    nodes = tree.parts_below(lists)
    nodes = nodes[~tree.is_a(nodes, _NONE)]
    place = {node: i for i, node in enumerate(lists.tolist()) if node >= 0}
    sorts = tree.texts(tree.child(nodes, "type"))
    go = tree.nodes.loaded.grammar.name == "go"  # one parameter may have several names
    names = tree.count(nodes, tree.known_as("name")) if go else np.ones(len(nodes), np.int64)
    told: list[list[str]] = [[] for _ in lists.tolist()]
    rows = zip(nodes.tolist(), tree.parent[nodes].tolist(), sorts, names.tolist(), strict=True)
    me = tree.is_a(tree.child(nodes, "pattern"), ("self",)).tolist()  # self: Pin<&mut Self>
    for (node, above, sort, count), own in zip(rows, me, strict=True):
        text = tree.text(node) if own else sort or (tree.text(node) if tree.kind_of(node) in _WHOLE else "")
        told[place[above]] += [_tidy(text)] * max(count, 1)
    return told


@lru_cache(maxsize=65536)
def _tidy(text: str) -> str:
    return " ".join(text.lstrip(": ").split()).replace(",", ";")[:LONGEST]
