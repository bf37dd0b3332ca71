"""From object ids to facts: reading blobs in batches, and a row with the reason for each that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.facts.batch import facts_of
from codestrata.analyze.facts.schema import complete
from codestrata.git.objects import Batch, Objects
from codestrata.store.columns import Columns, Varlen

Rows = NDArray[np.int64]
_SIGNATURE_BYTES = 256


def annotate(
    objects: Objects, ids: NDArray[np.uint8], keys: Sequence[str], sizes: NDArray[np.int64], limit: int
) -> Iterator[tuple[Rows, Columns]]:
    """Give the facts of (blob, name key) pairs, table by table, each with the pairs its rows belong to.

    ids: uint8 (n, 20) or (n, 32); keys: n name keys; sizes: int64[n], for those that are not read; limit: larger blobs
    (bytes) are not read. The order is the reader's; in the end each pair has had one row.
    """
    twins = _twins(ids, keys)
    for batch in objects.read(ids, max_size=limit):
        for part in (batch, _again(batch, twins)):
            if len(part):
                names = [keys[i] for i in part.rows.tolist()]
                yield part.rows.copy(), facts_of(Varlen.fixed(ids[part.rows]), names, part.arena, part.offsets)
    lost = (("missing", objects.missing), ("oversized", objects.oversized), ("damaged", objects.damaged))
    for problem, found in lost:
        broken = [i for row in found.tolist() for i in (row, *twins.get(row, ()))]
        if broken:
            yield np.array(broken), _unread(ids, keys, sizes, broken, problem)


def _twins(ids: NDArray[np.uint8], keys: Sequence[str]) -> dict[int, list[int]]:
    """List the later rows of a blob that goes by several names, under its first row: the reader gives a blob once."""
    first: dict[bytes, int] = {}
    twins: dict[int, list[int]] = {}
    for row in range(len(keys)):
        head = first.setdefault(ids[row].tobytes(), row)
        if head != row:
            twins.setdefault(head, []).append(row)
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
        "signature": Varlen.fixed(np.zeros((count, _SIGNATURE_BYTES), np.uint8)),
    }
    return complete(known, count)
