"""Documentation in front of definitions, read by a compiled kernel; its twin is analyze/syntax/outline/documents.py."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.nodes.laid import Laid

Ints = NDArray[np.int64]
#: What kinds may stand in front of a definition; the same numbers stand in native/nodes/documents.c.
COMMENT, LEADING = 1, 2
#: Bytes of a mark at most.
_LONGEST = 4


def marks(documents: tuple[bytes, ...], less: tuple[bytes, ...]) -> NDArray[np.int32]:
    """Lay marks out as the kernel takes them: how comments start that document, and how those that do not after all."""
    told = [(one.ljust(_LONGEST, b"\0"), len(one), one in documents) for one in documents + less]
    rows = [(int(np.frombuffer(letters, np.int32)[0]), size, documents_) for letters, size, documents_ in told]
    return np.array(rows, np.int32).reshape(-1, 3)


def documented(
    native: ctypes.CDLL, laid: Laid, outer: Ints, some: Ints, what: NDArray[np.uint8], marked: NDArray[np.int32]
) -> tuple[Ints, Ints, Ints]:
    """Give where each of some definitions begins, and first and last byte of its documentation, or -1.

    ``some``: comments and what leads, which rise; ``what``: uint8[65536], which of both a kind is, by its number.
    """
    found, runs = np.empty((3, len(outer)), np.int64), np.empty(4 * len(some), np.int64)
    outer, some = np.ascontiguousarray(outer), np.ascontiguousarray(some)
    asked = (passed(outer), ctypes.c_int64(len(outer)), passed(some), ctypes.c_int64(len(some)))
    told = (passed(what), passed(marked), ctypes.c_int64(len(marked)), passed(runs))
    native.strata_documents(laid.ref, *asked, *told, passed(found[0]), passed(found[1]), passed(found[2]))
    return found[0], found[1], found[2]
