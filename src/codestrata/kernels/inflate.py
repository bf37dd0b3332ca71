"""Inflating zlib streams with libdeflate, whose functions the shared object of the ``deflate`` wheel exports."""

from __future__ import annotations

import ctypes
import importlib.util
import weakref
from functools import cache

from codestrata.kernels.library import library


class Inflater:
    """One libdeflate decompressor, for one thread at a time."""

    def __init__(self, zlib_library: ctypes.CDLL) -> None:
        allocate, free = zlib_library.libdeflate_alloc_decompressor, zlib_library.libdeflate_free_decompressor
        allocate.restype, free.argtypes, free.restype = ctypes.c_void_p, [ctypes.c_void_p], None
        self.address: int = allocate()
        if not self.address:
            raise MemoryError
        self.function = ctypes.cast(zlib_library.libdeflate_zlib_decompress, ctypes.c_void_p).value
        weakref.finalize(self, free, self.address)


@cache
def kernels() -> ctypes.CDLL | None:
    """Give the library of native kernels with the pack reader's answers declared, or None."""
    native = library()
    if native:
        native.strata_pack_trees.restype = ctypes.c_int64
    return native


@cache
def _libdeflate() -> ctypes.CDLL | None:
    try:
        spec = importlib.util.find_spec("deflate._deflate")
        found = ctypes.CDLL(spec.origin) if spec and spec.origin else None
    except (ImportError, OSError):
        return None
    return found if found and hasattr(found, "libdeflate_zlib_decompress") else None


def inflater() -> Inflater | None:
    """Give a decompressor, or None where the native reader cannot work (no kernels, no libdeflate)."""
    found = _libdeflate()
    return Inflater(found) if found and kernels() else None
