"""Finished syntax trees in tree-sitter's memory, read by the native kernels; texts, looked at before they are parsed.

Needs no NumPy: addresses go in, so that a process that only parses starts in no time. The twin of the walk is a
TreeCursor (``codestrata.analyze.syntax.cursor``); where the kernels are missing, it does the work.
"""

from __future__ import annotations

import ctypes
import sys
from typing import NamedTuple

from codestrata.kernels.library import library

#: What the walk gives instead of a number of nodes.
NO_MEMORY, TOO_DEEP = -1, -2
#: The versions of tree-sitter whose trees it can read.
LAYOUT = "0.26."
_BRACKETS = (b"([{", b")]}")


class Columns(ctypes.Structure):
    """Addresses of the columns of :class:`codestrata.analyze.syntax.nodes.Nodes`; as ``strata_nodes`` in syntax.h."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("kind", "field", "start", "end", "parent", "after", "flags")),
        *((name, ctypes.c_int64) for name in ("room", "base", "first")),
    )


class Look(NamedTuple):
    """How deep the brackets of a text nest, whatever they stand in; its longest line, in bytes; its lines."""

    depth: int
    longest: int
    lines: int


def able(version: str) -> bool:
    """Say whether the kernels are here, and know how this version of tree-sitter lays out trees on this machine."""
    return library() is not None and version.startswith(LAYOUT) and sys.maxsize > 1 << 32 and sys.byteorder == "little"


def language(capsule: object) -> int:
    """Give the address of a grammar: what a grammar's package hands out is a capsule around it."""
    unwrap = ctypes.pythonapi.PyCapsule_GetPointer
    unwrap.restype, unwrap.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return int(unwrap(capsule, b"tree_sitter.Language"))


def walk(grammar: int, root: int, out: Columns, deepest: int) -> int:
    """Lay the tree below a root (its slot's address, a node's ``id``) out into columns.

    Gives its number of nodes; when there are more than ``out.room``, the rest was counted only. Or NO_MEMORY, or
    TOO_DEEP for a tree of more than ``deepest`` levels.
    """
    native = library()
    assert native is not None  # noqa: S101 -- callers have asked whether it is able
    native.strata_syntax_walk.restype = ctypes.c_int64
    arguments = ctypes.c_void_p(grammar), ctypes.c_void_p(root), ctypes.byref(out), ctypes.c_int64(deepest)
    return int(native.strata_syntax_walk(*arguments))


def look(text: bytes) -> Look:
    """Look at a text."""
    native = library()
    if native is None:
        return _look(text)
    out = (ctypes.c_int64 * 3)()
    native.strata_syntax_scan(text, ctypes.c_int64(len(text)), out)
    return Look(*out)


def _look(text: bytes) -> Look:
    depth = deepest = 0
    for c in text:
        if c in _BRACKETS[0]:
            depth += 1
            deepest = max(deepest, depth)
        elif c in _BRACKETS[1] and depth:
            depth -= 1
    lines = text.split(b"\n")
    return Look(deepest, max(map(len, lines)), len(lines) - (not lines[-1]))
