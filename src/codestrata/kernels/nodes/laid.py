"""Trees laid out as columns, as the kernels of outlines take them."""

from __future__ import annotations

import ctypes
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer

#: Columns of nodes as :class:`codestrata.analyze.syntax.nodes.Nodes` describes them; ``counted``: which count as a part
#: of their parent.
_KINDS = {
    "arena": np.uint8,
    "kind": np.uint16,
    "field": np.uint16,
    "start": np.int64,
    "end": np.int64,
    "parent": np.int64,
    "after": np.int64,
    "flags": np.uint8,
    "counted": np.bool_,
}


class _Struct(ctypes.Structure):
    _fields_: ClassVar = [
        *((name, ctypes.c_void_p) for name in _KINDS),
        *((name, ctypes.c_int64) for name in ("n", "size")),
    ]


class Laid:
    """Columns of nodes, their ``count``, and ``ref``, which kernels take: the arrays must stay where they are."""

    def __init__(self, **columns: NDArray[Any]) -> None:
        self.columns: dict[str, NDArray[Any]] = {}
        for name, kind in _KINDS.items():
            self.columns[name] = np.ascontiguousarray(columns[name], kind)
        self._struct = _Struct(*map(pointer, self.columns.values()), len(columns["kind"]), len(columns["arena"]))
        self.ref, self.count = ctypes.byref(self._struct), len(columns["kind"])
