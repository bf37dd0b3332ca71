"""Said: the words that modify a member, as sets of bits."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.kernels.worded import LETTERS, Words, read, spoken
from codestrata.store.columns import Varlen

#: What modifies, in the order it is told, and the bit of each.
WORDS = (*("abstract", "async", "final", "mutable", "override", "private", "protected", "public", "static", "virtual"),)
BITS = {word: 1 << i for i, word in enumerate(WORDS)}
#: How modifiers are written, and what they are called here.
_SAID = {
    **{word.encode(): word for word in WORDS},
    b"Override": "override",
    b"staticmethod": "static",
    b"classmethod": "static",
    b"abstractmethod": "abstract",
    b"abstractproperty": "abstract",
    b"pub": "public",
    b"readonly": "final",
}
_KNOWN = Words({text: BITS[word] for text, word in _SAID.items()}, read(LETTERS))
_WORD = re.compile(rb"(?<!\w)(?:" + b"|".join(sorted(_SAID, reverse=True)) + rb")(?!\w)")
#: How much in front of a name is looked at, bytes.
_HEAD = 300


def said(tree: Tree, begins: Ints, names: Ints) -> Ints:
    """Give the modifiers written from each of some places to those of names."""
    starts = np.minimum(np.maximum(begins, names - _HEAD), names)
    told = spoken(tree.nodes.arena, starts, names, _KNOWN)
    for i in np.flatnonzero(told < 0).tolist():
        told[i] = written(tree.raw[starts[i] : names[i]])
    return told


def written(text: bytes) -> int:
    """Give the modifiers in a piece of code."""
    found = 0
    for word in _WORD.findall(text):
        found |= BITS[_SAID[word]]
    return found


@cache
def sets() -> Varlen:
    """Give a column of all sets of modifiers by their bits, each in order, joined by commas."""
    return Varlen.of([",".join(word for word in WORDS if BITS[word] & i) for i in range(1 << len(WORDS))])
