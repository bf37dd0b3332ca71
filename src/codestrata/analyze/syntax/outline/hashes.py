"""Hashes of subtrees by what a grammar calls its kinds: the same in grammars that use the same words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.grammars import Loaded, load
from codestrata.analyze.syntax.outline.shapes import FEWEST, MOST, is_whole
from codestrata.analyze.syntax.outline.tree import COMMENTS, Ints, Tree
from codestrata.kernels.before import before
from codestrata.kernels.nodes.subtrees import CONTENT, LEFT_OUT, WHOLE, Subtrees, Wholes, subtrees
from codestrata.kernels.numbers import unique

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
def _tables(grammar: str) -> tuple[NDArray[np.uint64], NDArray[np.uint8], Ints]:
    """Give what stands for kinds, their roles, and the numbers of wholes."""
    known: Loaded = load(grammar)
    names, roles = np.zeros(_KINDS, np.uint64), np.zeros(_KINDS, np.uint8)
    for i, (kind, named) in enumerate(zip(known.kinds, known.named, strict=True)):
        names[i] = _hash(kind, named)
        if kind in COMMENTS or (not named and kind in _LAYOUT):
            roles[i] = LEFT_OUT
        elif kind in _CONTENT:
            roles[i] = CONTENT
        elif named and is_whole(kind):
            roles[i] = WHOLE
    names[_ERROR] = _hash("ERROR", named=True)
    return names, roles, np.flatnonzero(roles == WHOLE)


@dataclass(frozen=True, slots=True)
class Hashes:
    """Hashes of some subtrees, and how many named nodes are in them: of what was asked for, and of all wholes."""

    told: Subtrees
    wholes: Wholes

    def of(self, nodes: Ints) -> Subtrees:
        """Give those of nodes that were asked for."""
        told, place = self.told, before(self.told.node, nodes)
        return Subtrees(nodes, told.shape[place], told.syntax[place], told.named[place])


def hashes(tree: Tree, asked: Ints) -> Hashes:
    """Hash what is asked for, in any order, all roots, and what the table of shapes may have."""
    nodes, (names, roles, wholes) = tree.nodes, _tables(tree.nodes.loaded.grammar.name)
    roots = nodes.first[:-1]
    told = unique(np.concatenate((asked, roots[roots < nodes.first[1:]])))
    return Hashes(*subtrees(tree.laid, names, roles, told, (FEWEST, MOST), nodes.count(wholes)))
