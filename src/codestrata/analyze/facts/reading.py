"""From object ids to facts: reading blobs in batches, wherever one of the repositories that list them holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.facts.batch import facts_of
from codestrata.analyze.facts.schema import SIGNATURE_BYTES, complete
from codestrata.git.objects import Batch, Objects
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Columns, Varlen

Rows = NDArray[np.int64]


def annotate_anywhere(
    stores: Iterable[Path], ids: NDArray[np.uint8], keys: Sequence[str], sizes: NDArray[np.int64], limit: int
) -> Iterator[tuple[Rows, Columns]]:
    """Give the facts of pairs as :func:`annotate` does; what one store lacks is asked of the next.

    A pair that none of them can give has no row: it has no facts, and is due again when another repository lists it.
    """
    left = np.arange(len(keys))
    for git_dir in stores:
        lost: list[int] = []
        names = [keys[i] for i in left.tolist()]
        for pairs, table in annotate(Objects(git_dir), ids[left], names, sizes[left], limit, lost):
            yield left[pairs], table
        left = left[sorted(lost)]
        if not len(left):
            return


def annotate(
    objects: Objects,
    ids: NDArray[np.uint8],
    keys: Sequence[str],
    sizes: NDArray[np.int64],
    limit: int,
    lost: list[int],
) -> Iterator[tuple[Rows, Columns]]:
    """Give the facts of (blob, name key) pairs, table by table, each with the pairs its rows belong to.

    ids: uint8 (n, 20) or (n, 32); keys: n name keys; sizes: int64[n], for those that are not read; limit: larger blobs
    (bytes) are not read, and have a row that says so. The order is the reader's. In the end each pair has had one row
    or is in ``lost``: its object is missing or damaged in this store.
    """
    twins = _twins(ids)
    for batch in objects.read(ids, max_size=limit):
        for part in (batch, _again(batch, twins)):
            if len(part):
                names = [keys[i] for i in part.rows.tolist()]
                yield part.rows.copy(), facts_of(Varlen.fixed(ids[part.rows]), names, part.arena, part.offsets)
    large = _with_twins(objects.oversized, twins)
    if large:
        yield np.array(large), _unread(ids, keys, sizes, large, "oversized")
    lost += _with_twins(np.concatenate([objects.missing, objects.damaged]), twins)


def _with_twins(found: NDArray[np.int64], twins: Mapping[int, Sequence[int]]) -> list[int]:
    return [i for row in found.tolist() for i in (row, *twins.get(row, ()))]


def _twins(ids: NDArray[np.uint8]) -> dict[int, list[int]]:
    """List the later rows of a blob that goes by several names, under its first row: the reader gives a blob once."""
    begins = np.arange(len(ids), dtype=np.int64) * ids.shape[1]
    codes, first = distinct(np.ascontiguousarray(ids).reshape(-1), begins, begins + ids.shape[1])
    heads = first[codes]
    twins: dict[int, list[int]] = {}
    for row in np.flatnonzero(heads != np.arange(len(ids))).tolist():
        twins.setdefault(int(heads[row]), []).append(row)
    return twins


def _again(batch: Batch, twins: Mapping[int, Sequence[int]]) -> Batch:
    """Give the blobs of a batch that go by other names once more for each of these."""
    places = [(k, twin) for k, row in enumerate(batch.rows.tolist()) for twin in twins.get(row, ())]
    blobs = Varlen.of(batch[k] for k, _ in places)
    return Batch(blobs.data, blobs.offsets, np.array([twin for _, twin in places], np.int64))


def _unread(
    ids: NDArray[np.uint8], keys: Sequence[str], sizes: NDArray[np.int64], broken: Sequence[int], problem: str
) -> Columns:
    count = len(broken)
    known: Columns = {
        "blob": Varlen.fixed(ids[list(broken)]),
        "name_key": Varlen.of([keys[i] for i in broken]),
        "size": sizes[list(broken)],
        "problem": Varlen.of([problem] * count),
        "signature": Varlen.fixed(np.zeros((count, SIGNATURE_BYTES), np.uint8)),
    }
    return complete(known, count)
