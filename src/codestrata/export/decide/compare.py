"""Comparing contents: documents with their signatures, what earlier runs verified, and reading what nobody has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.export.dedup import Clusters, Known, Read, Room, Terms, Verifier, array, cluster
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.earlier.read import Earlier
    from codestrata.settings.export import DedupSettings
    from codestrata.store.tables import TableFile, Tables

Pairs = NDArray[np.int64]
#: Bytes of a signature in table facts: 128 values of 16 bits.
_SIGNATURE = 256
#: Files of table facts read at a time, of some thousand rows each.
_FILES_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Documents:
    """The contents that compete, best rank first: the row that stands for each in the table of files, and its blob."""

    rows: NDArray[np.int64]
    blobs: Varlen

    @classmethod
    def of(cls, files: Columns, rows: NDArray[np.int64]) -> Documents:
        """Let some rows compete, in their order."""
        return cls(rows, varlen(files, "blob").take(rows))


@dataclass(frozen=True, slots=True)
class Sources:
    """Where contents are known from.

    ``facts`` and ``pairs`` (what earlier runs verified) are table files; ``read`` gives the reader of documents that
    stand for some rows; ``scratch`` is a folder for what does not fit into memory; ``threads`` may read at once.
    """

    tables: Tables
    facts: Sequence[TableFile]
    pairs: Sequence[TableFile]
    read: Callable[[NDArray[np.int64]], Read]
    scratch: Path
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a comparison, besides.

    among: which pairs of documents may be twins at all, the others are not compared. likely: which documents may have
    near twins (all). groups: as in :class:`Terms`. before: the Jaccard of pairs of rows where it is known, else -1.
    earlier: contents of older datasets, which come before all documents and stay.
    """

    among: Callable[[Pairs], NDArray[np.bool_]] | None = None
    likely: NDArray[np.bool_] | None = None
    groups: NDArray[np.int64] | None = None
    before: Callable[[Pairs], NDArray[np.float64]] | None = None
    earlier: Earlier | None = None


def near(
    files: Columns, documents: Documents, settings: DedupSettings, sources: Sources, asked: Asked | None = None
) -> Clusters:
    """Cluster documents; those of an earlier dataset, if any, have the first numbers."""
    more = asked or Asked()
    old = len(more.earlier.blobs) if more.earlier else 0
    count = old + len(documents.rows)
    if count < 2 or count == old:  # noqa: PLR2004 -- it takes two
        return Clusters.none(count)
    signatures, shingles = _signed(files, documents, sources, more)
    groups = more.groups
    if groups is not None:
        groups = np.concatenate([np.full(old, -1, np.int64), groups])
    with Verifier(_reader(documents, sources, more), sources.scratch, sources.threads) as verifier:
        verify = _verify(documents, sources, more, verifier)
        terms, room = Terms(settings.threshold, groups, old), Room(sources.scratch, sources.threads)
        return cluster(signatures, shingles, terms, verify, room)


def _signed(
    files: Columns, documents: Documents, sources: Sources, asked: Asked
) -> tuple[NDArray[np.uint16], NDArray[np.int32]]:
    """Give signatures and numbers of shingles of all documents, older datasets' first."""
    old = len(asked.earlier.blobs) if asked.earlier else 0
    signatures = array(sources.scratch, "signatures", (old + len(documents.rows), _SIGNATURE // 2), np.uint16)
    shingles = np.concatenate([np.zeros(old, np.int32), np.asarray(files["shingles"], np.int32)[documents.rows]])
    if asked.earlier:
        signatures[:old], shingles[:old] = asked.earlier.signatures, asked.earlier.shingles
    likely = np.ones(len(documents.rows), np.bool_) if asked.likely is None else asked.likely
    wanted = np.where(likely, np.asarray(files["facts"])[documents.rows], -1)
    _read_signatures(sources, wanted, signatures[old:])
    return signatures, shingles


def _read_signatures(sources: Sources, facts: NDArray[np.int64], out: NDArray[np.uint16]) -> None:
    """Read the signatures of some rows of table facts, a few files at a time, into uint16[n, 128]; -1: none."""
    base = 0
    for first in range(0, len(sources.facts), _FILES_AT_ONCE):
        column = varlen(sources.tables.read(sources.facts[first : first + _FILES_AT_ONCE], "signature"), "signature")
        mine = np.flatnonzero((facts >= base) & (facts < base + len(column)))
        if len(mine):
            out[mine] = column.take(facts[mine] - base).matrix(_SIGNATURE).view(np.uint16)
        base += len(column)


def _reader(documents: Documents, sources: Sources, asked: Asked) -> Read:
    """Give the reader of documents, of older datasets and of this one."""
    ours, earlier = sources.read(documents.rows), asked.earlier
    if earlier is None:
        return ours
    old = len(earlier.blobs)

    def read(wanted: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]]:
        yield from earlier.read(sources.tables, wanted[wanted < old])
        for found, arena, offsets in ours(wanted[wanted >= old] - old):
            yield found + old, arena, offsets

    return read


def _verify(
    documents: Documents, sources: Sources, asked: Asked, verifier: Verifier
) -> Callable[[Pairs], NDArray[np.float64]]:
    known = Known.among(sources.tables, sources.pairs, documents.blobs)
    old = len(asked.earlier.blobs) if asked.earlier else 0

    def verify(pairs: Pairs) -> NDArray[np.float64]:
        scores = np.full(len(pairs), -1.0)
        here = np.flatnonzero(pairs[:, 0] >= old)
        ours = pairs[here] - old
        scores[here] = known.look_up(ours)
        if asked.before:
            scores[here] = np.where(scores[here] < 0, asked.before(documents.rows[ours]), scores[here])
        if asked.among:
            scores[here[~asked.among(ours)]] = 0.0
        unknown = np.flatnonzero(scores < 0)
        scores[unknown] = verifier.jaccard(pairs[unknown])
        return scores

    return verify
