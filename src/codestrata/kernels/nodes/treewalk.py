"""Finished syntax trees in tree-sitter's memory, read by the native kernels; texts, looked at before they are parsed.

Needs no NumPy: addresses go in, so that a process that only parses starts in no time. The twin of the walk is a
TreeCursor (``codestrata.analyze.syntax.cursor``); where the kernels are missing, it does the work.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

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


#: What the walk knows of a grammar: a block of words (see grammar.c).
Grammar = ctypes.Array[ctypes.c_uint64]


def able(version: str) -> bool:
    """Say whether the kernels are here, and know how this version of tree-sitter lays out trees on this machine."""
    return library() is not None and version.startswith(LAYOUT) and sys.maxsize > 1 << 32 and sys.byteorder == "little"


def grammar(capsule: object) -> Grammar:
    """Lay out what the walk must know of a grammar; its package hands out a capsule around its address."""
    unwrap = ctypes.pythonapi.PyCapsule_GetPointer
    unwrap.restype, unwrap.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    address, native = unwrap(capsule, b"tree_sitter.Language"), _native()
    words: Grammar = (ctypes.c_uint64 * native.strata_syntax_grammar(address, None, 0))()
    native.strata_syntax_grammar(address, words, len(words))
    return words


def walk(known: Grammar, root: int, out: Columns, deepest: int) -> int:
    """Lay the tree below a root (its slot's address, a node's ``id``) out into columns.

    Gives its number of nodes; when there are more than ``out.room``, the rest was counted only. Or NO_MEMORY, or
    TOO_DEEP for a tree of more than ``deepest`` levels.
    """
    count: int = _native().strata_syntax_walk(known, root, ctypes.byref(out), deepest)
    return count


def lines(text: bytes | memoryview, deepest: int) -> int:
    """Count the lines of a text; TOO_DEEP when its brackets, whatever they stand in, nest in more levels than that.

    A view is of memory that can be written to.
    """
    if library() is None:
        return _lines(bytes(text), deepest)
    where = ctypes.byref(ctypes.c_char.from_buffer(text)) if text and isinstance(text, memoryview) else bytes(text)
    count: int = _native().strata_syntax_lines(where, len(text), deepest)
    return count


def _lines(text: bytes, deepest: int) -> int:
    depth = 0
    for c in text:
        if c in _BRACKETS[0]:
            depth += 1
            if depth > deepest:
                return TOO_DEEP
        elif c in _BRACKETS[1] and depth:
            depth -= 1
    return text.count(b"\n") + (text[-1:] not in {b"", b"\n"})


@cache
def _native() -> ctypes.CDLL:
    native = library()
    assert native is not None  # noqa: S101 -- callers have asked whether it is able
    taken, number = ctypes.c_void_p, ctypes.c_int64
    native.strata_syntax_grammar.argtypes = taken, taken, number
    native.strata_syntax_walk.argtypes = taken, taken, taken, number
    native.strata_syntax_lines.argtypes = taken, number, number
    for function in (native.strata_syntax_grammar, native.strata_syntax_walk, native.strata_syntax_lines):
        function.restype = number
    return native
