"""Hashes of subtrees by what a grammar calls its kinds: the same in grammars that use the same words."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.grammars import Loaded, load
from codestrata.analyze.syntax.outline.tree import COMMENTS, Tree
from codestrata.kernels.subtrees import CONTENT, LEFT_OUT, subtrees

#: Words between that layout may add or take: how a list ends, which quotes a text has.
_LAYOUT = frozenset(",;(){}[]\"'`:\n\0") | {"", "\r\n", "hash_bang_line"}
#: What is between the quotes of a text: its words are no shape.
_CONTENT = frozenset(
    {
        *("string_content", "string_fragment", "string_start", "string_end", "escape_sequence", "character"),
        *("interpreted_string_literal_content", "raw_string_literal_content", "multiline_string_fragment"),
        *("raw_string_content", "raw_string_delimiter", "regex_pattern", "regex_flags", "escape_interpolation"),
    }
)
_NUMBERS = frozenset(
    {
        *("integer", "float", "number", "number_literal", "integer_literal", "float_literal", "int_literal"),
        *("imaginary_literal", "decimal_integer_literal", "hex_integer_literal", "octal_integer_literal"),
        *("binary_integer_literal", "decimal_floating_point_literal", "hex_floating_point_literal"),
    }
)
_KINDS = 1 << 16
_ERROR = _KINDS - 1


def _hash(name: str, named: bool) -> int:  # noqa: FBT001 - a kind is a name and whether it is a node
    word = f"{int(named)}{'number' if name in _NUMBERS else name}"
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


@cache
def _tables(grammar: str) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    known: Loaded = load(grammar)
    names, roles = np.zeros(_KINDS, np.uint64), np.zeros(_KINDS, np.uint8)
    for i, (kind, named) in enumerate(zip(known.kinds, known.named, strict=True)):
        names[i] = _hash(kind, named)
        if kind in COMMENTS or (not named and kind in _LAYOUT):
            roles[i] = LEFT_OUT
        elif kind in _CONTENT:
            roles[i] = CONTENT
    names[_ERROR] = _hash("ERROR", named=True)
    return names, roles


class Hashes(NamedTuple):
    """Per node: shape and syntax of its subtree, and how many named nodes are in it."""

    shape: NDArray[np.uint64]
    syntax: NDArray[np.uint64]
    named: NDArray[np.int32]


def hashes(tree: Tree) -> Hashes:
    """Give the shape, the syntax and the number of named nodes of every subtree."""
    nodes = tree.nodes
    names, roles = _tables(nodes.loaded.grammar.name)
    found = subtrees(
        nodes.arena,
        nodes.kind,
        start=nodes.start,
        end=nodes.end,
        parent=nodes.parent,
        after=nodes.after,
        flags=nodes.flags,
        names=names,
        roles=roles,
    )
    return Hashes(*found)
