"""The pairs that earlier runs verified: a Jaccard depends on two contents alone, so it is never computed twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.dedup.verify import VERSION
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.store.tables import TableFile, Tables


def known_scores(
    tables: Tables, files: Sequence[TableFile], blobs: Varlen, pairs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Look pairs of documents up in committed tables **pairs**: (m, 2) → float64[m], -1 where nobody knows."""
    scores = np.full(len(pairs), -1.0)
    if not files or not len(pairs):
        return scores
    wanted = keyed(blobs, pairs) | {"row": np.arange(len(pairs), dtype=np.int64)}
    found = tables.query(
        f"select wanted.row, any_value(known.jaccard) as jaccard from {tables.scan(files)} as known "
        f"join wanted using (blob_a, blob_b) where version = '{VERSION}' group by wanted.row",
        wanted=wanted,
    )
    scores[np.asarray(found["row"])] = found["jaccard"]
    return scores


def keyed(blobs: Varlen, pairs: NDArray[np.int64]) -> Columns:
    """Name pairs of documents by their blobs, the smaller id first."""
    first, second = _ordered(_comparable(blobs), pairs)
    return {"blob_a": blobs.take(first), "blob_b": blobs.take(second)}


def _ordered(ids: NDArray[np.bytes_], pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    left, right = pairs[:, 0], pairs[:, 1]
    swap = ids[right] < ids[left]
    return np.where(swap, right, left), np.where(swap, left, right)


def _comparable(blobs: Varlen) -> NDArray[np.bytes_]:
    """Give the ids as an array of byte strings; shorter ids are filled with NUL, which leaves their order as it is."""
    lengths = np.diff(blobs.offsets)
    width = max(1, int(lengths.max(initial=0)))
    filled = np.zeros((len(blobs), width), np.uint8)
    for length in set(lengths.tolist()):
        rows = np.flatnonzero(lengths == length)
        filled[rows, :length] = blobs.take(rows).matrix(length)
    return filled.view(f"S{width}").reshape(-1)


def table(blobs: Varlen, pairs: NDArray[np.int64], scores: NDArray[np.float64]) -> Columns:
    """Make table **pairs** of what was verified, sorted by blobs; what could not be read is left out."""
    read = np.flatnonzero(scores >= 0)
    ids = _comparable(blobs)
    first, second = _ordered(ids, pairs[read])
    order = np.lexsort((ids[second], ids[first]))
    return {
        "blob_a": blobs.take(first[order]),
        "blob_b": blobs.take(second[order]),
        "jaccard": scores[read][order],
        "version": Varlen.of([VERSION]).take(np.zeros(len(read), np.int64)),
    }
