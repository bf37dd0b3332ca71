"""Calls of something with a name, over whole batches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.outline.defined import Definitions
from codestrata.analyze.syntax.outline.pieces import changed
from codestrata.analyze.syntax.outline.tree import LONGEST, Ints, Tree, among
from codestrata.kernels.library import library
from codestrata.kernels.nodes.calls import Called, Forms, called
from codestrata.kernels.nodes.calls import callees as written
from codestrata.kernels.nodes.family import all_of
from codestrata.kernels.numbers import unique
from codestrata.store.columns import Varlen

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
_MARKED = "macro_invocation"  # with its exclamation mark
_NAMES = "attribute|property|field|name"


def calls(tree: Tree, found: Definitions) -> Rows:
    """Give the table calls."""
    some, callees = _called(tree)
    files = tree.nodes.files(some.node)
    return Rows(
        files,
        {
            "callee": callees,
            "within": _within(tree, found, some.node),
            "arguments": some.arguments,
            "line": tree.lines(files, tree.start[some.node]).astype(np.int32),
        },
    )


def _called(tree: Tree) -> tuple[Called, Varlen]:
    """Give the calls, and the column of what they call."""
    native = library()
    if native is None:
        some = _together(tree)
        callees = _callees(tree, some)
        odd = _odd(callees)
    else:
        forms = _forms(tree.nodes.loaded.grammar.name)
        some = called(native, tree.laid, tree.nodes.of_numbers(*sorted(set(forms.calls[:, 0].tolist()))), forms)
        offsets, data, odd = written(native, tree.nodes.arena, some, NEW, LONGEST)
        callees = Varlen(offsets, data, text=True)
    return some, changed(callees, odd, [callees[i].decode(errors="ignore") for i in odd.tolist()])


@lru_cache(maxsize=16)
def _forms(grammar: str) -> Forms:
    """Give how calls are told in a grammar, in its numbers."""
    known = load(grammar)

    def field(name: str) -> int:
        return known.field_numbers.get(name, 0)

    rows = []
    for call in _CALLS.get(grammar, _SCRIPT):
        callee = [field(name) for name in f"{call.callee}|".split("|")[:2]]
        told = [*callee, field(call.to), call.new, call.kind == _MARKED]
        rows += [[number, *told] for number in known.numbers.get(call.kind, ()) if known.named[number]]
    names = np.array([field(name) for name in _NAMES.split("|")], np.int32)
    return Forms(np.array(rows, np.int32).reshape(-1, 6), names, field("arguments"), among(grammar, _PLAIN).copy())


def _together(tree: Tree) -> Called:
    """Read calls as the kernel does."""
    parts = [_found(tree, call) for call in _CALLS.get(tree.nodes.loaded.grammar.name, _SCRIPT)]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    nodes, start, stop, new = (column[order] for column in columns)
    lists = tree.child(nodes, "arguments")
    return Called(nodes, start, stop, new > 0, np.where(lists >= 0, tree.parts(lists), -1).astype(np.int32))


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
    start = start - (~plain & (last >= 0) & (start > 0) & (arena[start - 1] == ord(".")))
    if call.kind == _MARKED:
        stop = np.minimum(stop + 1, len(arena))
    known = plain | (last >= 0)
    return nodes[known], start[known], stop[known], np.full(int(known.sum()), call.new, np.int64)


def _callees(tree: Tree, some: Called) -> Varlen:
    """Write what is called as the kernel does."""
    arena, told = tree.nodes.arena, []
    for start, stop, made in zip(some.start.tolist(), some.stop.tolist(), some.made.tolist(), strict=True):
        head = NEW if made else b""
        piece = arena[start:stop].tobytes()[: LONGEST - len(head)]
        if not head and piece.startswith(NEW):  # written so, it stays
            head, piece = NEW, piece[len(NEW) :]
        told.append(head + b"".join(piece.split()))
    return Varlen.of(told)


def _odd(texts: Varlen) -> Ints:
    """Give the rows that are not ASCII."""
    return unique(np.searchsorted(texts.offsets, np.flatnonzero(texts.data & 0x80), side="right") - 1)


def _within(tree: Tree, found: Definitions, nodes: Ints) -> Varlen:
    scopes = np.flatnonzero(found.scope)
    around = tree.holders(found.node[scopes], nodes)
    return found.paths(np.append(scopes, [-1])[around])
