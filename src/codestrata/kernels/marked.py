"""Which texts hold a mark, and the line that its first one stands in."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.gate import rare
from codestrata.kernels.library import library


def marked(
    arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64], mark: bytes, within: int, around: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the marks, of two bytes at least, in the first ``within`` bytes of each text; give the line of the first.

    counts: int64[n]; lines: int64[n, 3], places in the arena where the line begins (at most ``around`` bytes before the
    mark), where the mark begins, and where the line ends (at most ``around`` bytes behind it); -1 without a mark.
    """
    counts, lines = np.zeros(len(starts), np.int64), np.full((len(starts), 3), -1, np.int64)
    native = library()
    if native is None:
        for i, (a, b) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
            head = arena[a : min(b, a + within)].tobytes()
            counts[i] = head.count(mark)
            if counts[i]:
                lines[i] = a + np.array(_line(head, mark, around))
        return counts, lines
    starts, stops, arena = np.ascontiguousarray(starts), np.ascontiguousarray(stops), np.ascontiguousarray(arena)
    texts = (pointer(arena), pointer(starts), pointer(stops), ctypes.c_int64(len(starts)))
    asked = (mark, *map(ctypes.c_int64, (len(mark), *rare(mark)[:2], within, around)))
    native.strata_marked(*texts, *asked, pointer(counts), pointer(lines))
    return counts, lines


def _line(head: bytes, mark: bytes, around: int) -> tuple[int, int, int]:
    place = head.find(mark)
    before = head[max(0, place - around) : place].rpartition(b"\n")[2]
    behind = head[place + len(mark) : place + len(mark) + around].partition(b"\n")[0]
    return place - len(before), place, place + len(mark) + len(behind)
