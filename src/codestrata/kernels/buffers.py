"""Room for reading packs: what a walk over delta trees needs, reserved once and used again for every batch."""

from __future__ import annotations

import mmap
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Bytes = NDArray[np.uint8]

#: The longest delta that is inflated, in bytes.
SCRATCH_BYTES = 64 << 20
#: The most objects in a batch.
SLOTS = 1 << 16


@dataclass(slots=True)
class Buffers:
    """Room for a walk: the inflated bases from a root down, one delta, and the batch (arena, offsets, rows)."""

    path: Bytes
    scratch: Bytes
    arena: Bytes
    offsets: Int64s
    rows: Int64s

    @classmethod
    def of(cls, path_bytes: int, batch_bytes: int, slots: int = SLOTS) -> Buffers:
        """Reserve the room; memory is committed only as it is used."""
        offsets, rows = np.empty(slots + 1, np.int64), np.empty(slots, np.int64)
        return cls(reserved(path_bytes), reserved(SCRATCH_BYTES), np.empty(batch_bytes, np.uint8), offsets, rows)


def reserved(size: int) -> Bytes:
    """Reserve bytes in small pages: little of them is used as a rule, and a huge page would be cleared whole."""
    return np.frombuffer(mmap.mmap(-1, size), np.uint8)
