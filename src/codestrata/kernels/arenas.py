"""Python's arenas: the pieces in which it takes memory from the kernel for small objects, and gives it back.

Where trees are made and thrown away, one after another, that is 1 to 3 % of all work: every page is cleared and mapped
again for the next. There is no twin: without kernels, Python does as it always does.
"""

from __future__ import annotations

import ctypes

from codestrata.kernels.library import library


class _Allocator(ctypes.Structure):
    """``PyObjectArenaAllocator``. Source: docs.python.org/3/c-api/memory.html, "The pymalloc Arena Allocator"."""

    _fields_ = (("context", ctypes.c_void_p), ("take", ctypes.c_void_p), ("leave", ctypes.c_void_p))


def keep() -> None:
    """Have this process keep up to 64 arenas (of 1 MB, in Python 3.11) that are empty, until it ends."""
    native = library()
    if native is None:
        return
    functions = (native.strata_arena_take, native.strata_arena_leave)
    allocator = _Allocator(None, *(ctypes.cast(function, ctypes.c_void_p) for function in functions))
    ctypes.pythonapi.PyObject_SetArenaAllocator(ctypes.byref(allocator))
