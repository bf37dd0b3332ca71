"""Which nodes are what, in every grammar, and some of each spread over a text.

The terms are those of tree-sitter's grammars: bodies have the field ``body``, blocks and arguments a handful of
kinds, statements are the named children of blocks and of the root, expressions end in ``_expression`` or stand where a
value does. Nodes with an error in them do not count, nor does what is half of the text or more.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.grammars import Loaded, load
from codestrata.analyze.syntax.nodes import ERROR, EXTRA, MISSING, NAMED, Nodes
from codestrata.store.columns import Varlen

#: Raise it when the same nodes may give other cuts.
VERSION = 1
#: What a cut may be, by number.
KINDS = ("function", "block", "statement", "arguments", "expression")
FUNCTION, BLOCK, STATEMENT, ARGUMENTS, EXPRESSION = range(len(KINDS))
NOTHING = -2
#: One node of each kind is kept for so many bytes of text.
WINDOW = 512
#: A node of fewer bytes, or more, is no cut; nor is one of more than a half of its text.
LEAST, MOST = 8, 8000
#: So many statements in a row at most are one cut.
STATEMENTS = 3

_FUNCTIONS = ("function", "method", "constructor", "lambda", "closure", "arrow_function", "func_literal")
_BLOCKS = frozenset(
    {
        *("block", "statement_block", "compound_statement", "class_body", "declaration_list", "interface_body"),
        *("field_declaration_list", "enum_body", "enum_variant_list", "enumerator_list", "constructor_body"),
        *("switch_body", "switch_block", "match_block", "object_type", "field_initializer_list", "initializer_list"),
    }
)
_ARGUMENTS = frozenset({"argument_list", "arguments"})
_EXPRESSIONS = frozenset(
    {
        *("call", "binary_operator", "boolean_operator", "comparison_operator", "not_operator", "unary_operator"),
        *("attribute", "subscript", "list", "dictionary", "tuple", "list_comprehension", "dictionary_comprehension"),
        *("generator_expression", "await", "macro_invocation", "composite_literal", "object", "array"),
        *("template_string", "object_creation_expression", "method_invocation", "struct_expression"),
    }
)
_VALUES = frozenset({"value", "right", "condition"})
#: What says nothing by itself, although it stands where statements and expressions do.
_NOTHING = frozenset(
    {"attribute_item", "inner_attribute_item", "decorator", "parenthesized_expression", "empty_statement"}
)


@lru_cache
def _kinds(grammar: str) -> tuple[NDArray[np.int8], NDArray[np.bool_], NDArray[np.bool_]]:
    """Give what each kind of a grammar is (below 0: nothing), which are functions, and which fields have values."""
    loaded = load(grammar)
    what = np.full(1 << 16, -1, np.int8)
    functions = np.zeros(1 << 16, np.bool_)
    for number, (name, named) in enumerate(zip(loaded.kinds, loaded.named, strict=True)):
        if not named:
            continue
        if name in _NOTHING:
            what[number] = NOTHING
        elif name in _BLOCKS:
            what[number] = BLOCK
        elif name in _ARGUMENTS:
            what[number] = ARGUMENTS
        elif name in _EXPRESSIONS or name.endswith("_expression"):
            what[number] = EXPRESSION
        functions[number] = any(part in name for part in _FUNCTIONS)
    values = np.array([name in _VALUES for name in loaded.fields], np.bool_)
    return what, functions, values


def cuts(nodes: Nodes) -> dict[str, Rows]:
    """Give the table **cuts**: of each file some nodes of each kind."""
    if not len(nodes):
        return {}
    kind = _classes(nodes)
    chosen = np.flatnonzero(kind >= 0)
    ends = nodes.end[chosen].copy()
    several = kind[chosen] == STATEMENT
    ends[several] = _runs(nodes, kind, chosen[several])
    files = nodes.files(chosen)
    start, end = nodes.start[chosen] - nodes.offsets[files], ends - nodes.offsets[files]
    sizes = np.diff(nodes.offsets)[files]
    fit = (end - start >= LEAST) & (end - start <= np.minimum(MOST, sizes // 2))
    kept = np.flatnonzero(fit)
    kept = kept[_spread(files[kept], kind[chosen[kept]], start[kept], end[kept])]
    words = Varlen.of(KINDS).take(kind[chosen[kept]].astype(np.int64))
    return {"cuts": Rows(files[kept], {"kind": words, "start": start[kept], "end": end[kept]})}


def _classes(nodes: Nodes) -> NDArray[np.int8]:
    """Say of each node what it is, -1 for nothing; what has an error in it is nothing."""
    what, functions, values = _kinds(nodes.loaded.grammar.name)
    kind = what[nodes.kind]
    named = (nodes.flags & NAMED > 0) & (nodes.flags & EXTRA == 0)
    parent = nodes.parent
    inner = parent >= 0
    above = np.where(inner, parent, 0)
    roots = inner & (parent[above] < 0)
    plain = named & (kind == -1) & inner & (nodes.after > np.arange(len(nodes)) + 1)  # a leaf is a name or a number
    kind[plain & values[nodes.field]] = EXPRESSION
    bodies = named & inner & (nodes.field == _number(nodes.loaded, "body")) & functions[nodes.kind[above]]
    kind[bodies] = FUNCTION
    stated = named & inner & ((what[nodes.kind[above]] == BLOCK) | roots) & ~bodies & (kind != NOTHING)
    kind[stated] = STATEMENT
    wrong = np.concatenate([np.zeros(1, np.int64), np.cumsum(nodes.flags & (ERROR | MISSING) > 0)])
    kind[(wrong[nodes.after] > wrong[:-1]) | ~named | ~inner] = -1
    return kind


def _number(loaded: Loaded, field: str) -> int:
    return loaded.field_numbers.get(field, -1)


def _runs(nodes: Nodes, kind: NDArray[np.int8], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the end of one to three statements in a row, from each first one on; how many, its place decides."""
    at, ends = first.copy(), nodes.end[first].copy()
    wanted = _mix(nodes.start[first] - nodes.offsets[nodes.files(first)]) % STATEMENTS
    for step in range(1, STATEMENTS):
        following = np.minimum(nodes.after[at], len(nodes) - 1)
        more = (wanted >= step) & (nodes.parent[following] == nodes.parent[at]) & (kind[following] == STATEMENT)
        more &= nodes.after[at] < len(nodes)
        at = np.where(more, following, at)
        ends = np.where(more, nodes.end[at], ends)
        wanted = np.where(more, wanted, 0)
    return ends


def _spread(
    files: NDArray[np.int64], kind: NDArray[np.int8], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Choose one row of each kind for each window of a file's text; gives their numbers, rising."""
    window = start // WINDOW
    order = np.lexsort((_mix(start * 31 + end), window, kind, files))
    same = np.ones(len(order), np.bool_)
    for column in (files, kind, window):
        same[1:] &= column[order][1:] == column[order][:-1]
    same[:1] = False
    return np.sort(order[~same])


def _mix(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Stir numbers, so that neighbours are far apart (the finaliser of splitmix64, Steele et al., OOPSLA 2014)."""
    x = numbers.astype(np.uint64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((x ^ (x >> np.uint64(31))) >> np.uint64(1)).astype(np.int64)
