"""The native pack reader: the look-ups, delta trees and walk of ``native/pack.c`` and ``walk.c`` over a mapped pack.

Streams are inflated by libdeflate, through the addresses of the functions that the ``deflate`` wheel's shared object
exports. There is no NumPy twin: where the kernel or libdeflate is missing, ``git cat-file`` gives the same objects.
"""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.buffers import Buffers
from codestrata.kernels.inflate import Inflater, kernels

Int64s = NDArray[np.int64]
Bytes = NDArray[np.uint8]

NOT_FOUND = -1
BROKEN = -2
CYCLE = -3
PENDING, READ, OVERSIZED, DAMAGED, TOO_LARGE = range(5)
COMMIT, TREE, BLOB = 1, 2, 3
#: Deltas up to this length are inflated whatever the limit on objects says.
SMALL_DELTA = 64 << 10
#: The room for inflated bases that is used at first; more only when live bases need it.
FIRST_PATH = 4 << 20
#: Room for the bases of a few objects; the table grows when it is too small.
SPARE_NODES = 1024
#: Entries looked at before the pages of the mapped pack are let go, so that a large pack does not fill the memory.
STRIDE = 1 << 14


def _integers(names: str) -> list[tuple[str, Any]]:
    return [(name, ctypes.c_int64) for name in names.split()]


def _pointers(names: str) -> list[tuple[str, Any]]:
    return [(name, ctypes.c_void_p) for name in names.split()]


class _Pack(ctypes.Structure):
    _fields_: ClassVar = (
        _pointers("pack")
        + _integers("end")
        + _pointers("fan names offsets wide")
        + _integers("count wide_count width")
        + _pointers("inflate decompressor")
    )


class _Nodes(ctypes.Structure):
    _fields_: ClassVar = _integers("capacity slots count parsed") + _pointers("slot offset size data base type")


class _Walk(ctypes.Structure):
    _fields_: ClassVar = [
        ("pack", _Pack),
        *_pointers("type size data start child row roots"),
        *_integers("root_count max_size delta_limit"),
        *_pointers("path scratch out status"),
        *_integers("path_size path_used scratch_size out_size out_slots"),
        *_pointers("out_offsets out_rows stack_node stack_next stack_offset stack_length"),
        *_integers("next_root depth top pending produced filled needed"),
    ]


class Trees(NamedTuple):
    """Wanted entries of one pack and their delta bases, by rising offset in the pack.

    kind: uint8, the entry's type, 0 when it cannot be read; size: of the inflated entry (a delta's own length);
    data: where its zlib stream begins; root: the entry that its chain of bases ends in, NOT_FOUND when the chain is
    broken, CYCLE when it has no end; start, child: the deltas upon entry i are ``child[start[i]:start[i + 1]]``;
    row: the first row that wants it, or -1; deepest: the longest chain.
    """

    kind: Bytes
    size: Int64s
    data: Int64s
    root: Int64s
    start: Int64s
    child: Int64s
    row: Int64s
    deepest: int


class PackKernel:
    """One mapped pack with its index tables, checked by the caller to lie within the index."""

    def __init__(
        self, engine: Inflater, mapped: mmap.mmap, tables: tuple[Bytes, Bytes, Bytes, Bytes], width: int
    ) -> None:
        native = kernels()
        assert native is not None  # noqa: S101 - there is no Inflater without the library
        _, names, _, wide = tables
        pack = np.frombuffer(mapped, np.uint8)
        self._native = native
        self._mapped = mapped
        self._keep = (engine, pack, tables)
        self._struct = _Pack(
            pack.ctypes.data,
            len(pack) - width,
            *(table.ctypes.data for table in tables),
            len(names) // width,
            len(wide) // 8,
            width,
            engine.function,
            engine.address,
        )
        self._ref = ctypes.byref(self._struct)

    def find(self, ids: Bytes) -> Int64s:
        """Look ids (n, width) up: the offset of each, NOT_FOUND, or BROKEN (the index contradicts itself)."""
        offsets = np.empty(len(ids), np.int64)
        self._native.strata_pack_find(self._ref, _p(ids), ctypes.c_int64(len(ids)), _p(offsets))
        return offsets

    def sizes(self, offsets: Int64s) -> Int64s:
        """Give the size of the object at each offset; BROKEN; or, for a long delta, minus where its stream begins."""
        order = np.argsort(offsets, kind="stable")
        asked, sizes = offsets[order], np.empty(len(offsets), np.int64)
        scratch = np.empty(SMALL_DELTA, np.uint8)
        room = ctypes.c_int64(len(scratch))
        for some in self._strides(len(asked)):
            count = ctypes.c_int64(len(asked[some]))
            self._native.strata_pack_sizes(self._ref, _p(asked[some]), count, _p(scratch), room, _p(sizes[some]))
        answer = np.empty(len(offsets), np.int64)
        answer[order] = sizes
        return answer

    def release(self) -> None:
        """Let go of the mapped pages; they stay in the page cache and come back when touched."""
        self._mapped.madvise(mmap.MADV_DONTNEED)

    def _strides(self, n: int) -> Iterator[slice]:
        """Cut n entries, by rising offset, into strides; behind each the pages touched are let go."""
        for start in range(0, n, STRIDE):
            yield slice(start, start + STRIDE)
            if n > STRIDE:
                self.release()

    def trees(self, offsets: Int64s, rows: Int64s) -> Trees:
        """Close the entries at ``offsets``, wanted by ``rows``, over their delta bases."""
        by_offset = np.argsort(offsets, kind="stable")
        offsets, rows = offsets[by_offset], rows[by_offset]
        capacity = 2 * len(offsets) + SPARE_NODES
        while (gathered := self._close(offsets, capacity)) is None:
            capacity *= 2
        node, offset, kind, size, data, base = gathered
        order = np.argsort(offset, kind="stable")
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        row = np.full(len(order), -1, np.int64)
        row[rank[node[::-1]]] = rows[::-1]  # of rows that want the same entry the first stays
        base = np.where(base >= 0, rank[np.maximum(base, 0)], base)[order]
        return _trees(self._native, kind[order], size[order], data[order], base, row)

    def _close(self, offsets: Int64s, capacity: int) -> tuple[Int64s, Int64s, Bytes, Int64s, Int64s, Int64s] | None:
        slots = 1 << (2 * capacity - 1).bit_length()
        slot, node, kind = np.zeros(slots, np.int64), np.empty(len(offsets), np.int64), np.empty(capacity, np.uint8)
        offset, size, data, base = (np.empty(capacity, np.int64) for _ in range(4))
        table = _Nodes(capacity, slots, 0, 0, *(a.ctypes.data for a in (slot, offset, size, data, base, kind)))
        for some in self._strides(len(offsets)):
            count, at = ctypes.c_int64(len(offsets[some])), ctypes.byref(table)
            if self._native.strata_pack_close(self._ref, _p(offsets[some]), count, _p(node[some]), at):
                return None
        n = table.count
        return node, offset[:n], kind[:n], size[:n], data[:n], base[:n]

    def walk(self, trees: Trees, roots: Int64s, max_size: int, buffers: Buffers) -> Walk:
        """Begin to read the wanted entries of the trees with these roots."""
        return Walk(self._native, self._struct, trees, roots, max_size, buffers)


def _trees(native: ctypes.CDLL, kind: Bytes, size: Int64s, data: Int64s, base: Int64s, row: Int64s) -> Trees:
    n = len(base)
    root, depth, child = (np.zeros(n, np.int64) for _ in range(3))
    start = np.zeros(n + 2, np.int64)
    deepest = native.strata_pack_trees(ctypes.c_int64(n), *(_p(a) for a in (base, root, depth, start, child)))
    return Trees(kind, size, data, root, start, child, row, deepest)


class Walk:
    """A walk over delta trees, depth first: each entry is inflated once and each delta applied once.

    ``status``: uint8 per entry, PENDING until it is reached, then READ, OVERSIZED, DAMAGED or TOO_LARGE (its chain
    needs more room than ``buffers.path`` has).
    """

    def __init__(
        self, native: ctypes.CDLL, pack: _Pack, trees: Trees, roots: Int64s, max_size: int, buffers: Buffers
    ) -> None:
        self._native = native
        self._buffers = buffers
        self.status = np.zeros(len(trees.kind), np.uint8)
        stack = [np.empty(trees.deepest + 1, np.int64) for _ in range(4)]
        self._keep = (trees, roots, buffers, stack)
        self._walk = _Walk(pack=pack, root_count=len(roots), max_size=max_size, pending=-1)
        self._walk.delta_limit = max(2 * max_size, SMALL_DELTA)
        self._point(type=trees.kind, size=trees.size, data=trees.data, start=trees.start, child=trees.child)
        self._point(row=trees.row, roots=roots, status=self.status, path=buffers.path, scratch=buffers.scratch)
        self._point(out_offsets=buffers.offsets, out_rows=buffers.rows)
        self._point(**dict(zip(("stack_node", "stack_next", "stack_offset", "stack_length"), stack, strict=True)))
        self._walk.path_size, self._walk.scratch_size = len(buffers.path), len(buffers.scratch)
        self._walk.path_used = min(FIRST_PATH, len(buffers.path))
        self._walk.out_slots = len(buffers.rows)

    def fill(self) -> tuple[Bytes, int, bool]:
        """Fill the arena: the arena used, the number of objects in it, and whether there is more to come.

        An object larger than the arena gets one of its own.
        """
        arena = self._buffers.arena
        more = self._fill(arena)
        while more and not self._walk.produced:
            arena = np.empty(self._walk.needed, np.uint8)
            more = self._fill(arena)
        return arena, self._walk.produced, more

    def _fill(self, arena: Bytes) -> bool:
        self._point(out=arena)
        self._walk.out_size = len(arena)
        return bool(self._native.strata_pack_walk(ctypes.byref(self._walk)))

    def _point(self, **arrays: NDArray[Any]) -> None:
        for name, array in arrays.items():
            setattr(self._walk, name, array.ctypes.data)


def _p(array: NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)
