"""One read: the blobs a request names, first natively, then what is left from git."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codestrata.git.objects.batch import Batch, Bytes, Int64s, Lost, joined, sound
from codestrata.git.objects.loose import read_loose
from codestrata.git.objects.packs import PackSet
from codestrata.git.objects.plan import WHOLE, PackWork, Part, plan, share
from codestrata.git.objects.stream import CatFile, headers
from codestrata.kernels.buffers import Buffers
from codestrata.kernels.pack import BLOB, DAMAGED, OVERSIZED, TOO_LARGE

#: After so many bytes read the pages of the mapped pack are let go, so that a large pack does not fill the memory.
RELEASE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """What one read is asked for; see ``Objects.read``."""

    ids: Bytes
    batch_bytes: int
    max_size: int
    verify: bool = False
    part: Part = WHOLE
    kind: int = BLOB


class Reading:
    """A read in progress: ``lost`` tells what was not given; the other three what is left for git.

    broken: rows whose objects are damaged here, but may be sound elsewhere in the store; large: rows whose chain of
    bases needs more room than there is; unknown: rows found nowhere, in a store with a pack that cannot be read here.
    """

    def __init__(self, request: Request, lost: Lost) -> None:
        self.request = request
        self.lost = lost
        self.broken: list[Int64s] = []
        self.large: list[Int64s] = []
        self.unknown: list[Int64s] = []

    def native(self, packs: PackSet, directories: Sequence[str], buffers: Buffers) -> Iterator[Batch]:
        """Give what can be read here: packs, then loose objects."""
        ask = self.request
        work = plan(packs, directories, ask.ids, ask.kind).part(ask.part)
        self.lost.missing.append(work.missing)
        self.lost.damaged.append(work.damaged)
        self.broken.append(work.broken)
        self.unknown.append(work.unknown)
        for packed in work.packed:
            yield from self._sound(self._walk(packed, buffers), self.broken)
        loose = read_loose(work.loose, ask.batch_bytes, ask.max_size, self.lost, self.broken, ask.kind)
        yield from self._sound(loose, self.broken)

    def left(self) -> Iterator[tuple[Int64s, Lost]]:
        """Give the rows left for git, and where its verdicts go: it calls missing what it cannot make sense of."""
        lost = self.lost
        yield joined(self.broken), Lost(lost.damaged, lost.damaged, lost.damaged)
        yield joined(self.large), Lost(lost.damaged, lost.oversized, lost.damaged)
        yield joined(self.unknown), lost

    def from_git(self, git_dir: Path, timeout: float, rows: Int64s, part: Part, lost: Lost) -> Iterator[Batch]:
        """Give what git can read of ``rows``."""
        ask = self.request
        kinds, sizes = headers(git_dir, ask.ids[rows], timeout)
        (mine,) = share([np.maximum(sizes, 0)], part)
        is_blob, gone = np.array([k == "blob" for k in kinds], np.bool_), np.array([not k for k in kinds], np.bool_)
        lost.missing.append(rows[mine & gone])
        lost.damaged.append(rows[mine & ~gone & ~is_blob])
        lost.oversized.append(rows[mine & is_blob & (sizes > ask.max_size)])
        wanted = mine & is_blob & (sizes <= ask.max_size)
        stream = CatFile(git_dir, ask.batch_bytes, timeout)
        yield from self._sound(stream.read(ask.ids, rows[wanted], sizes[wanted]), lost.damaged)
        lost.damaged.append(np.array(stream.damaged, np.int64))

    def _walk(self, work: PackWork, buffers: Buffers) -> Iterator[Batch]:
        walk = work.pack.kernel.walk(work.trees, work.roots, self.request.max_size, buffers)
        more, unreleased = True, 0
        while more:
            arena, count, more = walk.fill()
            if count:
                yield Batch(arena, buffers.offsets[: count + 1], buffers.rows[:count])
            unreleased += count and int(buffers.offsets[count])
            if unreleased > RELEASE_BYTES:
                work.pack.kernel.release()
                unreleased = 0
        self.lost.oversized.append(work.rows(walk.status == OVERSIZED))
        self.broken.append(work.rows(walk.status == DAMAGED))
        self.large.append(work.rows(walk.status == TOO_LARGE))

    def _sound(self, batches: Iterable[Batch], wrong: list[Int64s]) -> Iterator[Batch]:
        """Where the request says so, keep only blobs that hash to their ids."""
        for batch in batches:
            if not self.request.verify:
                yield batch
                continue
            good = sound(batch, self.request.ids)
            wrong.append(batch.rows[~good])
            if good.any():
                yield batch if good.all() else batch.keep(good)
