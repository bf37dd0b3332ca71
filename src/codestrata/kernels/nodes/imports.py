"""Imports, read by compiled kernels; what they are, and what is left, analyze/syntax/outline/imports tells."""

from __future__ import annotations

import ctypes
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import passed, pointer
from codestrata.kernels.nodes.laid import Laid

Ints = NDArray[np.int64]
#: Offsets and bytes of texts.
Texts = tuple[Ints, NDArray[np.uint8]]

_COLUMNS = ("node", "relative", "use", "target", "names", "alias", "targets", "named", "aliases", "left")
_COUNTS = ("rows", "bytes", "most", "lefts")


class _Out(ctypes.Structure):
    _fields_: ClassVar = [
        *((name, ctypes.c_void_p) for name in _COLUMNS),
        *((name, ctypes.c_int64) for name in _COUNTS),
    ]


class Imported(NamedTuple):
    """Rows of imports: their nodes, target, names and alias as texts, int32 ``relative``, uint8 ``use``.

    ``left``: nodes that are not read, because something in them is not ASCII, or odd, or too long.
    """

    node: Ints
    target: Texts
    names: Texts
    alias: Texts
    relative: NDArray[np.int32]
    use: NDArray[np.uint8]
    left: Ints


def imported(native: ctypes.CDLL, reader: str, laid: Laid, *columns: NDArray[Any], what: NDArray[np.uint8]) -> Imported:
    """Read n import statements, ``columns`` as the kernel of that name takes them, their nodes first.

    ``what``: uint8[65536], what a kind is to that kernel, by its number.
    """
    nodes, after, start, end = columns[0], *(laid.columns[name] for name in ("after", "start", "end"))
    n, most = len(nodes), int((after[nodes] - nodes).sum()) + 1
    size = 2 * int((end[nodes] - start[nodes]).sum()) + 16 * n
    rows, texts = np.empty((4, most + 1), np.int64), np.empty((3, size), np.uint8)
    left, relative, use = np.empty(n, np.int64), np.empty(most, np.int32), np.empty(most, np.uint8)
    rows[:, 0] = 0
    arrays = (rows[0], relative, use, *texts, *rows[1:], left)
    out = _Out(*map(pointer, arrays), 0, size, most, 0)
    columns = tuple(map(np.ascontiguousarray, columns))
    asked = (*map(passed, columns), ctypes.c_int64(n), passed(what))
    getattr(native, f"strata_{reader}_imports")(laid.ref, *asked, ctypes.byref(out))
    count = out.rows
    told = [(at[: count + 1], text[: at[count]].copy()) for at, text in zip(rows[1:], texts, strict=True)]
    return Imported(rows[0, :count], told[0], told[1], told[2], relative[:count], use[:count], left[: out.lefts])


def script_calls(
    native: ctypes.CDLL, laid: Laid, nodes: Ints, what: NDArray[np.uint8], fields: tuple[int, int]
) -> tuple[Ints, Ints]:
    """Give the calls that take a module by name, and their arguments; ``fields``: of what is called, of arguments."""
    calls, arguments = np.empty((2, len(nodes)), np.int64)
    native.strata_script_calls.restype = ctypes.c_int64
    asked = (passed(what), *map(ctypes.c_int32, fields), passed(calls), passed(arguments))
    count = native.strata_script_calls(laid.ref, passed(nodes), ctypes.c_int64(len(nodes)), *asked)
    return calls[:count], arguments[:count]
