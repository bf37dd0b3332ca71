"""Objects: the reader of a repository's blobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from codestrata.errors import DamagedRepository, InvalidInput, LimitExceeded
from codestrata.git.objects.batch import Batch, Bytes, Int64s, Lost, joined
from codestrata.git.objects.loose import LooseDamaged, LooseObject, find_loose
from codestrata.git.objects.packs import PackSet
from codestrata.git.objects.places import object_directories
from codestrata.git.objects.plan import WHOLE, Part, first_rows
from codestrata.git.objects.reading import Reading, Request
from codestrata.git.objects.stream import headers
from codestrata.kernels.buffers import Buffers
from codestrata.kernels.inflate import inflater

BATCH_BYTES = 32 << 20
#: Larger blobs are reported, not read, unless the caller says otherwise.
MAX_SIZE = 128 << 20
#: Room for the inflated bases from a delta tree's root down; a chain that needs more is left to git.
PATH_BYTES = 128 << 20
#: The arena for trees.
TREE_BYTES = 4 << 20
#: The arena for a single look-up.
ONE_BYTES = 1 << 20


class Objects:
    """The blobs of one bare repository, as its store was at the first read; for one thread at a time.

    Packs (several, SHA-1 or SHA-256), loose objects and the alternates inside ``alternates_root`` are read natively;
    what the native reader cannot read, and everything where it is missing (or ``native`` is false), is asked of
    ``git cat-file``. ``timeout``: seconds that one such git may take, the consumer's own time included.
    """

    def __init__(
        self,
        git_dir: Path,
        *,
        alternates_root: Path | None = None,
        native: bool = True,
        path_bytes: int = PATH_BYTES,
        timeout: float = 3600.0,
    ) -> None:
        self.git_dir = git_dir
        self.directories = object_directories(git_dir, alternates_root)
        self._engine = inflater() if native else None
        self._packs: dict[int, PackSet] = {}
        self._path_bytes = path_bytes
        self._timeout = timeout
        self._spare: list[Buffers] = []
        self._lost = Lost()

    @property
    def missing(self) -> Int64s:
        """Rows of the last read whose ids are not in the store (a partial or damaged clone), rising."""
        return joined(self._lost.missing)

    @property
    def oversized(self) -> Int64s:
        """Rows of the last read whose blobs are larger than ``max_size``, rising: none of them was inflated."""
        return joined(self._lost.oversized)

    @property
    def damaged(self) -> Int64s:
        """Rows of the last read that neither we nor git can read, or that are no blobs, rising."""
        return joined(self._lost.damaged)

    def read(
        self,
        ids: Bytes,
        *,
        batch_bytes: int = BATCH_BYTES,
        part: Part = WHOLE,
        max_size: int = MAX_SIZE,
        verify: bool = False,
    ) -> Iterator[Batch]:
        """Give the blobs with these ids, uint8 (n, 20) or (n, 32), in batches of at most ``batch_bytes``.

        **A batch's memory is used again for the next one.** The order is the reader's: by pack and place in it, then
        loose objects, then what came from git; the same for the same store. Of equal ids only the first row is given.
        A larger blob (up to ``max_size``) is a batch of its own. When the iteration has ended, every row that was not
        given is in ``missing``, ``oversized`` or ``damaged``. ``verify`` hashes each blob and counts a wrong one as
        damaged. ``part`` (i, n) gives the i-th of n shares: disjoint, complete, about equal in bytes; all n must be
        read by the same kind of reader from the same store.
        """
        _check(ids, part)
        self._lost = Lost()
        return self._read(Request(np.ascontiguousarray(ids), batch_bytes, max_size, verify, part), self._lost)

    def one(self, name: bytes, *, max_size: int = MAX_SIZE) -> bytes:
        """Give one blob by its id (20 or 32 bytes), verified. Raises DamagedRepository or LimitExceeded."""
        ids, lost = np.frombuffer(name, np.uint8).reshape(1, -1), Lost()
        _check(ids, WHOLE)
        for batch in self._read(Request(ids, ONE_BYTES, max_size, verify=True), lost):
            return batch[0]
        if len(joined(lost.oversized)):
            raise LimitExceeded(f"blob {name.hex()} has more than {max_size} bytes", where=self.git_dir.name)
        state = "is not in the store" if len(joined(lost.missing)) else "is damaged or no blob"
        raise DamagedRepository(f"object {name.hex()} {state}", where=self.git_dir.name, hint="fetch it again")

    def whole(self, ids: Bytes, kind: int, *, most_bytes: int) -> tuple[Bytes, Int64s, Int64s] | None:
        """Give objects of one kind as an arena with where each begins and ends in it; ``ids`` are distinct.

        None where that takes more than ``most_bytes``, or one of them cannot be read here, or is of another kind.
        """
        _check(ids, WHOLE)
        if not self._engine:
            return None
        batch_bytes, arena, starts, stops, size, given = TREE_BYTES, [], *np.zeros((2, len(ids)), np.int64), 0, 0
        request = Request(np.ascontiguousarray(ids), batch_bytes, most_bytes, kind=kind)
        for batch in self._native(Reading(request, Lost()), request):
            starts[batch.rows], stops[batch.rows] = batch.offsets[:-1] + size, batch.offsets[1:] + size
            size, given = size + int(batch.offsets[-1]), given + len(batch)
            if size > most_bytes:
                return None
            arena.append(batch.arena[: batch.offsets[-1]].copy())
        whole = np.concatenate([*arena, np.zeros(0, np.uint8)])
        return (whole, starts, stops) if given == len(ids) else None

    def sizes(self, ids: Bytes) -> Int64s:
        """Give the size in bytes of each object (of any type), -1 where it is missing or damaged.

        Nothing is inflated but the first bytes of loose objects and the deltas themselves, never their results.
        """
        _check(ids, WHOLE)
        sizes = np.full(len(ids), -1, np.int64)
        left = self._native_sizes(ids, sizes) if self._engine else np.arange(len(ids))
        sizes[left] = headers(self.git_dir, ids[left], self._timeout)[1]
        return sizes

    def _native_sizes(self, ids: Bytes, sizes: Int64s) -> Int64s:
        """Fill in the sizes known here; gives the rows left to git."""
        packs = self._pack_set(ids.shape[1])
        found = packs.find(ids)
        for pack, rows in zip(packs.packs, packs.rows(found), strict=True):
            sizes[rows] = np.maximum(pack.sizes(found.offset[rows]), -1)
        absent = found.pack < 0
        for row in np.flatnonzero(absent).tolist():
            sizes[row], absent[row] = self._loose_size(ids[row])
        ask = (sizes < 0) & (~absent if packs.complete else True)
        return np.flatnonzero(ask)

    def _loose_size(self, name: Bytes) -> tuple[int, bool]:
        """Give the declared size of a loose object, or -1, and whether it is not there at all."""
        file = find_loose(self.directories, name.tobytes().hex())
        if file is None:
            return -1, True
        try:
            with LooseObject(file) as loose:
                return loose.size, False
        except LooseDamaged:
            return -1, False

    def _pack_set(self, width: int) -> PackSet:
        if width not in self._packs:
            assert self._engine  # noqa: S101 - asked for by the native reader only
            self._packs[width] = PackSet(self.directories, self._engine, width)
        return self._packs[width]

    def _read(self, request: Request, lost: Lost) -> Iterator[Batch]:
        reading = Reading(request, lost)
        if not self._engine:
            rows = np.array(first_rows(request.ids, np.arange(len(request.ids))), np.int64)
            yield from reading.from_git(self.git_dir, self._timeout, rows, request.part, lost)
            return
        yield from self._native(reading, request)
        for rows, verdicts in reading.left():
            if len(rows):
                yield from reading.from_git(self.git_dir, self._timeout, rows, WHOLE, verdicts)

    def _native(self, reading: Reading, request: Request) -> Iterator[Batch]:
        packs = self._pack_set(request.ids.shape[1])
        buffers = self._spare.pop() if self._spare else Buffers.of(self._path_bytes, request.batch_bytes)
        if len(buffers.arena) != request.batch_bytes:
            buffers.arena = np.empty(request.batch_bytes, np.uint8)
        try:
            yield from reading.native(packs, self.directories, buffers)
        finally:
            self._spare.append(buffers)


def _check(ids: Bytes, part: Part) -> None:
    if ids.ndim != 2 or ids.shape[1] not in {20, 32} or ids.dtype != np.uint8:  # noqa: PLR2004 - SHA-1 and SHA-256
        raise InvalidInput(f"ids are uint8 (n, 20) or (n, 32), not {ids.dtype} {ids.shape}")
    if not 0 <= part[0] < part[1]:
        raise InvalidInput(f"part (i, n) needs 0 <= i < n, not {part}")
