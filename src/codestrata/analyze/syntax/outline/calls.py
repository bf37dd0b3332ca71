"""Calls of something with a name, over whole batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.defined import Definitions
from codestrata.analyze.syntax.outline.tree import LONGEST, Bools, Ints, Tree
from codestrata.kernels.family import all_of
from codestrata.kernels.numbers import unique
from codestrata.kernels.strings import gather
from codestrata.store.columns import Varlen, concat, take

#: What stands before the type that is made.
NEW = b"$new "


@dataclass(frozen=True, slots=True)
class _Call:
    """Nodes of a kind are calls of what ``callee`` leads to; ``to``: its last name is there."""

    kind: str
    callee: str
    to: str = ""
    new: bool = False


_USUAL = (_Call("call_expression", "function"),)
_CALLS: dict[str, tuple[_Call, ...]] = {
    "python": (_Call("call", "function"),),
    "rust": (*_USUAL, _Call("macro_invocation", "macro")),
    "go": _USUAL,
    "java": (
        _Call("method_invocation", "object|name", to="name"),
        _Call("object_creation_expression", "type", new=True),
        _Call("explicit_constructor_invocation", "constructor"),
    ),
    "c": _USUAL,
    "cpp": (*_USUAL, _Call("new_expression", "type", new=True)),
}
_SCRIPT = (*_USUAL, _Call("new_expression", "constructor", new=True))
#: Kinds that a plain path of names is made of, in all grammars.
_PLAIN = (
    *("identifier", "attribute", "member_expression", "property_identifier", "private_property_identifier", "this"),
    *("super", "self", "crate", "scoped_identifier", "scoped_type_identifier", "type_identifier", "generic_type"),
    *("generic_function", "type_arguments", "selector_expression", "field_identifier", "package_identifier"),
    *("field_access", "field_expression", "qualified_identifier", "namespace_identifier", "template_function"),
    *("template_type", "template_argument_list", "type_descriptor", "primitive_type", "predefined_type"),
    *("optional_chain", "nested_identifier", "non_null_expression", "metavariable", "bracketed_type", "undefined"),
    *("destructor_name", "operator_name", "dependent_name", "integral_type"),
)
_NAMES = "attribute|property|field|name"


def calls(tree: Tree, found: Definitions) -> Rows:
    """Give the table calls."""
    parts = [_found(tree, call) for call in _CALLS.get(tree.nodes.loaded.grammar.name, _SCRIPT)]
    nodes, start, stop, new = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(nodes, kind="stable")
    nodes, start, stop, new = nodes[order], start[order], stop[order], new[order].astype(np.bool_)
    files = tree.nodes.files(nodes)
    arguments = tree.child(nodes, "arguments")
    return Rows(
        files,
        {
            "callee": _callees(tree, start, stop, new),
            "within": _within(tree, found, nodes),
            "arguments": np.where(arguments >= 0, tree.parts(arguments), -1).astype(np.int32),
            "line": tree.lines(files, tree.start[nodes]).astype(np.int32),
        },
    )


def _found(tree: Tree, call: _Call) -> tuple[Ints, Ints, Ints, Ints]:
    """Give calls, and where what they call is written."""
    nodes = tree.of(call.kind)
    callee = tree.follow(nodes, call.callee)
    nodes, callee = nodes[callee >= 0], callee[callee >= 0]
    last = tree.follow(callee, _NAMES)
    if call.to:
        last = tree.child(nodes, call.to)
    plain = all_of(tree.kind, tree.flags, tree.after, tree.among(_PLAIN), callee)
    start = np.where(plain, tree.start[callee], tree.start[last])
    stop = np.where((last >= 0) & ((not call.to) <= ~plain), tree.end[last], tree.end[callee])
    # of a longer chain, the last name with the dot in front of it
    arena = tree.nodes.arena
    start = start - (~plain & (last >= 0) & (arena[start - 1] == ord(".")))
    if call.kind == "macro_invocation":
        stop = stop + 1  # its exclamation mark
    known = plain | (last >= 0)
    return nodes[known], start[known], stop[known], np.full(int(known.sum()), call.new, np.int64)


def _callees(tree: Tree, start: Ints, stop: Ints, new: Bools) -> Varlen:
    more = new * len(NEW)
    sizes = np.clip(stop - start, 0, LONGEST - more)
    offsets = np.zeros(len(start) + 1, np.int64)
    np.cumsum(sizes + more, out=offsets[1:])
    data = np.empty(offsets[-1], np.uint8)
    gather(tree.nodes.arena, start, sizes, data, offsets[:-1] + more)
    for i in range(len(NEW)):
        data[offsets[:-1][new] + i] = ord("$")  # nothing that must be tidied
    # white space in what was written over several lines, and what is no text
    odd = np.flatnonzero((data <= ord(" ")) | (data >= 0x80))  # noqa: PLR2004 - ASCII ends there
    for i, byte in enumerate(NEW):
        data[offsets[:-1][new] + i] = byte
    rows = unique(np.searchsorted(offsets, odd, side="right") - 1)
    texts = Varlen(offsets, data, text=True)
    return _tidy(texts, rows) if len(rows) else texts


def _tidy(texts: Varlen, rows: Ints) -> Varlen:
    tidied = []
    for row in (texts[i] for i in rows.tolist()):
        head, piece = (NEW, row[len(NEW) :]) if row.startswith(NEW) else (b"", row)
        tidied.append((head + b"".join(piece.split())).decode(errors="ignore"))
    order = np.arange(len(texts))
    order[rows] = len(texts) + np.arange(len(rows))
    both = take(concat([{"callee": texts}, {"callee": Varlen.of(tidied)}]), order)["callee"]
    return Varlen(both.offsets, both.data, text=True) if isinstance(both, Varlen) else texts


def _within(tree: Tree, found: Definitions, nodes: Ints) -> Varlen:
    scopes = np.flatnonzero(found.scope)
    around = tree.holders(found.node[scopes], nodes)
    return found.paths().take(np.append(scopes, [len(found)])[around])
