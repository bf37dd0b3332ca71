"""Arrays in files: what the memory does not hold for long."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

#: Larger arrays than this, in bytes, are kept in a file.
LARGE = 1 << 28


def array(folder: Path, name: str, shape: tuple[int, ...], kind: DTypeLike) -> NDArray[Any]:
    """Give an array of zeros: in memory, or mapped from a file in ``folder`` where it is large.

    The file has no name any more: it goes with the array.
    """
    if int(np.prod(shape)) * np.dtype(kind).itemsize <= LARGE:
        return np.zeros(shape, kind)
    path = folder / name
    made = np.memmap(path, kind, "w+", shape=shape)
    path.unlink()
    return made


def let_go(mapped: NDArray[Any]) -> None:
    """Hand the pages of a mapped array back to the system, which keeps or writes them as it likes."""
    file = _mapping(mapped)
    if file is not None:
        file.madvise(mmap.MADV_DONTNEED)


def _mapping(mapped: Any) -> mmap.mmap | None:
    """Find the mapping behind an array or a view of it."""
    while mapped is not None:
        if isinstance(mapped, mmap.mmap):
            return mapped
        mapped = getattr(mapped, "base", None)
    return None
