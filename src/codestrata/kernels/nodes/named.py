"""Which nodes read as one of some others does."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed
from codestrata.kernels.library import library
from codestrata.kernels.nodes.laid import Laid

Ints = NDArray[np.int64]


def named(laid: Laid, less: NDArray[np.bool_], known: Ints, nodes: Ints) -> tuple[Ints, Ints, Ints]:
    """Number texts of known nodes by the place of the first that reads so; find the nodes that read so, too.

    Nodes, but not known ones, with a field that is in ``less`` (bool, by its number) are not read. Gives the number of
    each known node, the places of the nodes found, and their numbers.
    """
    native, first, found = library(), np.empty(len(known), np.int64), np.empty(len(nodes), np.int64)
    if native is None:
        seen: dict[bytes, int] = {}
        first[:] = [seen.setdefault(text, i) for i, text in enumerate(_texts(laid, known))]
        found[:] = [seen.get(text, -1) for text in _texts(laid, nodes)]
        place = np.flatnonzero((found >= 0) & ~less[laid.columns["field"][nodes]])
        return first, place, found[place]
    known, nodes = np.ascontiguousarray(known, np.int64), np.ascontiguousarray(nodes, np.int64)
    slots = np.zeros(1 << (2 * len(known) + 1).bit_length(), np.int64)
    asked = (passed(known), ctypes.c_int64(len(known)), passed(nodes), ctypes.c_int64(len(nodes)))
    place = np.empty(len(nodes), np.int64)
    results = (passed(slots), ctypes.c_int64(len(slots)), passed(first), passed(place), passed(found))
    native.strata_named.restype = ctypes.c_int64
    count = native.strata_named(laid.ref, passed(less), *asked, *results)
    return first, place[:count], found[:count]


def _texts(laid: Laid, nodes: Ints) -> list[bytes]:
    raw, start, end = (laid.columns[name] for name in ("arena", "start", "end"))
    return [raw[a:b].tobytes() for a, b in zip(start[nodes].tolist(), end[nodes].tolist(), strict=True)]
