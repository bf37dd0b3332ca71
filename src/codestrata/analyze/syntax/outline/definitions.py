"""Definitions: what a file defines, by the form of its grammar."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.outline.candidates import candidates
from codestrata.analyze.syntax.outline.defined import NUMBERS, TYPES, Definitions, among
from codestrata.analyze.syntax.outline.forms import FORMS, Form
from codestrata.analyze.syntax.outline.pieces import changed, ending, equal, foreign, holding
from codestrata.analyze.syntax.outline.tree import Bools, Tree
from codestrata.analyze.syntax.outline.written import numbered
from codestrata.kernels.nodes.defined import Found, owners
from codestrata.store.columns import Varlen

#: Letters, in every language's names; what has others is looked at by the form.
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$")
_ODD = np.array([byte not in _LETTERS for byte in range(256)])
_BYTES = np.arange(256)
_UPPER, _LOWER = ((ord(a) <= _BYTES) & (ord(z) >= _BYTES) for a, z in ("AZ", "az"))


def definitions(tree: Tree) -> Definitions:
    """Find what is defined."""
    grammar = tree.nodes.loaded.grammar.name
    form, found = FORMS[grammar], candidates(tree)
    kinds, bindings = _rows(grammar)
    kind = kinds[found.row]
    if form.declarators:
        _prototypes(tree, found, kind)
    _fixed(tree, found, kind)
    fields = kind == NUMBERS["field"]
    if fields.any():
        found, kind = found.less(fields), kind[~fields]
    names, given = _names(tree, form, found)
    owned = owners(found.parent, (names.offsets, names.data), (given.offsets, given.data))
    node, outer, name, body, parameters, parent, row = found
    told = Definitions(
        node, outer, name, body, parameters, kind, names, Varlen(*owned, text=True), parent, ~bindings[row]
    )
    return _sorted(form, told, given)


@lru_cache(maxsize=16)
def _rows(grammar: str) -> tuple[NDArray[np.uint8], Bools]:
    """Give the kind of each row of a form, and whether it is a name for a value."""
    rows = FORMS[grammar].definitions
    return np.array([NUMBERS[row.kind] for row in rows], np.uint8), np.array([row.binding for row in rows], np.bool_)


def _prototypes(tree: Tree, found: Found, kind: NDArray[np.uint8]) -> None:
    """Tell prototypes from variables, and structs by the name of their typedef."""
    kind[(found.parameters >= 0) & among(("variable", "field"))[kind]] = NUMBERS["function"]
    above = tree.above(found.node)
    places = np.flatnonzero((kind == NUMBERS["type"]) & tree.is_a(above, ("type_definition",)))
    made = tree.child(above[places], "type")
    body = tree.child(made, "body")
    own = (body >= 0) & (tree.child(made, "name") < 0)
    for i, node, inner in zip(places[own].tolist(), made[own].tolist(), body[own].tolist(), strict=True):
        sort = tree.kind_of(node).removesuffix("_specifier")
        if sort in TYPES:
            kind[i] = NUMBERS[sort]
            found.body[i] = inner


def _fixed(tree: Tree, found: Found, kind: NDArray[np.uint8]) -> None:
    """Tell constants by the words in front: ``const`` of JavaScript, ``static final`` of Java."""
    above = tree.above(found.node)
    if tree.knows("lexical_declaration"):
        word = tree.child(above, "kind")
        constant = tree.among(("const",), named=False)[tree.kind[word]] & (word >= 0)
        kind[constant & (kind == NUMBERS["variable"])] = NUMBERS["constant"]
    if not tree.knows("variable_declarator"):
        return
    fields = np.flatnonzero(tree.is_a(above, ("field_declaration",)) & tree.is_a(found.node, ("variable_declarator",)))
    if not len(fields):
        return
    codes, words = numbered(tree, tree.first_part(above[fields]))
    both = np.array([{"static", "final"} <= set(text.split()) for text in words], np.bool_)[codes]
    kind[fields[~both]] = NUMBERS["field"]


def _names(tree: Tree, form: Form, found: Found) -> tuple[Varlen, Varlen]:
    """Give the column of names, and that of what they or receivers say of owners."""
    names = tree.column(tree.start[found.name], tree.end[found.name], len(tree.nodes.arena))
    given = Varlen.empty(len(names))
    if form.split and len(odd := np.flatnonzero(holding(names, _ODD))):
        both = [form.split(names[i].decode()) for i in odd.tolist()]
        names = changed(names, odd, [name for _, name in both])
        owned = [i for i, (owner, _) in enumerate(both) if owner]
        given = changed(given, odd[owned], [both[i][0] for i in owned])
    if form.receiver:
        codes, texts = numbered(tree, tree.child(found.node, form.receiver))
        given = Varlen.of([_receiver(text) for text in texts]).take(codes)
    return names, given


def _sorted(form: Form, found: Definitions, given: Varlen) -> Definitions:
    """Make methods of functions in types, constructors of some of these, and constants of variables in capitals."""
    kind, own = found.kind, np.diff(given.offsets) > 0
    kind[(kind == NUMBERS["function"]) & (own | found.inside(TYPES))] = NUMBERS["method"]
    if form.declarators:
        methods = np.flatnonzero(kind == NUMBERS["method"])
        kind[methods[ending(found.owned, found.named, methods)]] = NUMBERS["constructor"]
    for name in form.constructors:
        kind[(kind == NUMBERS["method"]) & equal(found.named, name.encode())] = NUMBERS["constructor"]
    variables = np.flatnonzero(kind == NUMBERS["variable"])
    if len(variables):
        kind[variables[_capitals(found.named.take(variables))]] = NUMBERS["constant"]
    return found


def _capitals(names: Varlen) -> Bools:
    """Say which names are in capitals."""
    found = holding(names, _UPPER) & ~holding(names, _LOWER)
    for i in np.flatnonzero(foreign(names)).tolist():
        found[i] = names[i].decode().isupper()
    return found


def _receiver(text: str) -> str:
    """Give the type of ``(s *Stack[T])``."""
    return text.strip("() \n").partition("[")[0].rsplit(" ", 1)[-1].lstrip("*")
