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
    ids = list(blobs)
    both = [(ids[a], ids[b]) if ids[a] < ids[b] else (ids[b], ids[a]) for a, b in pairs.tolist()]
    return {
        "blob_a": Varlen.of((a for a, _ in both), text=False),
        "blob_b": Varlen.of((b for _, b in both), text=False),
    }


def table(blobs: Varlen, pairs: NDArray[np.int64], scores: NDArray[np.float64]) -> Columns:
    """Make table **pairs** of what was verified, sorted by blobs; what could not be read is left out."""
    read = np.flatnonzero(scores >= 0)
    named = keyed(blobs, pairs[read])
    order = np.array(
        sorted(range(len(read)), key=list(zip(named["blob_a"], named["blob_b"], strict=True)).__getitem__), np.int64
    )
    return {
        "blob_a": named["blob_a"].take(order),
        "blob_b": named["blob_b"].take(order),
        "jaccard": scores[read][order],
        "version": Varlen.of([VERSION]).take(np.zeros(len(read), np.int64)),
    }
