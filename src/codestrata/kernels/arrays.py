"""Handing arrays to the native kernels and taking theirs."""

from __future__ import annotations

import ctypes
import weakref
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

#: Offsets within one text are 32 bits in the kernels.
_LONGEST_TEXT = (1 << 32) - (1 << 16)
_PLACE = ctypes.c_uint8 * 0


def passed(array: NDArray[Any]) -> Any:
    """Give a contiguous array as an argument of a kernel; ValueError for another."""
    try:  # a third of what a pointer costs, which NumPy gives
        return _PLACE.from_buffer(array)  # type: ignore[arg-type]
    except TypeError:  # it may not be written to
        return ctypes.c_void_p(_address(array))


def pointer(array: NDArray[Any]) -> ctypes.c_void_p:
    """Give the address of a contiguous array, which the caller keeps alive; ValueError for another."""
    try:
        return ctypes.c_void_p(ctypes.addressof(_PLACE.from_buffer(array)))  # type: ignore[arg-type]
    except TypeError:
        return ctypes.c_void_p(_address(array))


def _address(array: NDArray[Any]) -> int:
    if not array.flags.c_contiguous:
        msg = "a kernel reads contiguous arrays only"
        raise ValueError(msg)
    return int(array.ctypes.data)


def taken(native: ctypes.CDLL, address: ctypes.c_void_p, count: int, kind: DTypeLike) -> NDArray[Any]:
    """Give ``count`` values a kernel allocated, without a copy; they are freed when nothing refers to them any more."""
    kind = np.dtype(kind)
    if not count:
        native.strata_free(address)
        return np.zeros(0, kind)
    memory = (ctypes.c_uint8 * (count * kind.itemsize)).from_address(address.value or 0)
    weakref.finalize(memory, native.strata_free, ctypes.c_void_p(address.value)).atexit = False
    return np.frombuffer(memoryview(memory).cast("B"), kind)


def check_texts(arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> int:
    """Count the texts; ValueError when ``offsets`` do not rise inside ``arena``, or one text is too long."""
    if arena.dtype != np.uint8 or offsets.dtype != np.int64 or arena.ndim != 1 or offsets.ndim != 1 or not len(offsets):
        msg = "texts come as a uint8 arena and int64 offsets"
        raise ValueError(msg)
    sizes = np.diff(offsets)
    if (
        offsets[0] < 0
        or offsets[-1] > len(arena)
        or (len(sizes) and not 0 <= sizes.min() <= sizes.max() <= _LONGEST_TEXT)
    ):
        msg = "offsets must rise inside the arena, by less than 4 GB each"
        raise ValueError(msg)
    return len(sizes)
