"""Duplicates among the files that passed everything else, so that every survivor is a file that is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.dedup import Clusters, Known, Read, Verifier, cluster, first_of_each, first_of_each_text
from codestrata.model.licence import CLASSES
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.decide.selection import Chosen
    from codestrata.export.decide.verdicts import Verdicts
    from codestrata.settings.export import DedupSettings
    from codestrata.store.tables import TableFile, Tables

#: Bytes of a signature in table facts: 128 values of 16 bits.
_SIGNATURE = 256
#: Files of table facts read at a time, of some thousand rows each.
_FILES_AT_ONCE = 16
#: Licence classes from the first choice of a survivor to the last.
PREFERENCE = ("permissive", "public-domain", *(c for c in CLASSES if c not in {"permissive", "public-domain"}))


@dataclass(frozen=True, slots=True)
class Twins:
    """Per file the row of its kept twin (int64, -1: none) and their exact Jaccard (float64, -1: none)."""

    row: NDArray[np.int64]
    jaccard: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Documents:
    """The contents that compete, best rank first: the row that stands for each in the table of files, and its blob."""

    rows: NDArray[np.int64]
    blobs: Varlen


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


def survivor_order(files: Columns, rows: NDArray[np.int64], chosen: Sequence[Chosen]) -> NDArray[np.int64]:
    """Sort rows from the first choice of a survivor to the last.

    By licence class, stars and forks (more first), time of the snapshot's commit (earlier first), then the order of the
    dataset: full name, path, repository id.
    """
    licence = Coded.of(varlen(files, "licence_class"))
    preference = np.array([PREFERENCE.index(word) for word in licence.words], np.int64)[licence.codes[rows]]
    snapshot = np.asarray(files["snapshot"])[rows]
    stars, forks, when = (
        np.array(column, np.int64)[snapshot]
        for column in zip(*((-c.stars, -c.forks, c.committed_at) for c in chosen), strict=True)
    )
    return rows[np.lexsort((rows, when, forks, stars, preference))]


def find(
    files: Columns, found: Verdicts, chosen: Sequence[Chosen], settings: DedupSettings, sources: Sources
) -> tuple[Twins, Documents, Clusters]:
    """Find exact, then near duplicates among the files that nothing has failed, and put them into the verdicts."""
    nobody = _documents(files, np.zeros(0, np.int64))
    if settings.level == "none" or not len(found.clean):
        return _twins(len(found.failed), nobody, Clusters.none(0)), nobody, Clusters.none(0)
    copies = _copies(files, survivor_order(files, found.clean, chosen), settings)
    documents = _documents(files, _comparable(files, copies.rows[copies.rows == copies.best], settings))
    clusters = near(files, documents, settings, sources)
    twins = _twins(len(found.failed), documents, clusters)
    return _put(found, copies, twins, settings.threshold), documents, clusters


@dataclass(frozen=True, slots=True)
class _Copies:
    """Rows from the first choice of a survivor to the last; of each the best of the same blob, and of the same text."""

    rows: NDArray[np.int64]
    same: NDArray[np.int64]
    best: NDArray[np.int64]


def _copies(files: Columns, ranked: NDArray[np.int64], settings: DedupSettings) -> _Copies:
    same = ranked[first_of_each(varlen(files, "blob").take(ranked), np.arange(len(ranked)))]
    if not settings.normal:
        return _Copies(ranked, same, same)
    one = np.flatnonzero(same == ranked)
    rows = ranked[one]
    counts = np.stack([np.asarray(files[name])[rows].astype(np.int64) for name in ("words", "tokens")], axis=1)
    best = np.full(len(files["size"]), -1, np.int64)
    hashes = np.asarray(files["norm_hash"])[rows].astype(np.uint64)
    best[rows] = rows[first_of_each_text(hashes, counts, np.arange(len(rows)))]
    return _Copies(ranked, same, best[same])


def _documents(files: Columns, rows: NDArray[np.int64]) -> Documents:
    return Documents(rows, varlen(files, "blob").take(rows))


def _comparable(files: Columns, rows: NDArray[np.int64], settings: DedupSettings) -> NDArray[np.int64]:
    """Keep the rows that near deduplication is asked for."""
    if settings.level != "near":
        return rows[:0]
    fit = np.asarray(files["words"])[rows] >= settings.min_words
    if settings.languages:
        fit &= Coded.of(varlen(files, "language")).among(settings.languages)[rows]
    return rows[fit]


def near(
    files: Columns,
    documents: Documents,
    settings: DedupSettings,
    sources: Sources,
    among: Callable[[NDArray[np.int64]], NDArray[np.bool_]] | None = None,
) -> Clusters:
    """Cluster documents; ``among`` tells which pairs may be twins at all, the others are not compared."""
    if len(documents.rows) < 2:  # noqa: PLR2004 -- it takes two
        return Clusters.none(len(documents.rows))
    signatures = _signatures(sources, np.asarray(files["facts"])[documents.rows])
    shingles = np.asarray(files["shingles"])[documents.rows].astype(np.int32)

    known = Known.among(sources.tables, sources.pairs, documents.blobs)
    with Verifier(sources.read(documents.rows), sources.scratch, sources.threads) as verifier:

        def verify(pairs: NDArray[np.int64]) -> NDArray[np.float64]:
            scores = known.look_up(pairs)
            may = np.ones(len(pairs), np.bool_) if among is None else among(pairs)
            scores[~may] = 0.0
            unknown = np.flatnonzero(scores < 0)
            scores[unknown] = verifier.jaccard(pairs[unknown])
            return scores

        return cluster(signatures, shingles, settings.threshold, verify)


def _signatures(sources: Sources, facts: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Read the signatures of some rows of table facts, a few files at a time: uint16[n, 128]."""
    out = np.zeros((len(facts), _SIGNATURE), np.uint8)
    base = 0
    for first in range(0, len(sources.facts), _FILES_AT_ONCE):
        column = varlen(sources.tables.read(sources.facts[first : first + _FILES_AT_ONCE], "signature"), "signature")
        mine = np.flatnonzero((facts >= base) & (facts < base + len(column)))
        if len(mine):
            out[mine] = column.take(facts[mine] - base).matrix(_SIGNATURE)
        base += len(column)
    return out.view(np.uint16)


_RULE = "Jaccard of 5-word shingles, star clustering"


def _twins(count: int, documents: Documents, clusters: Clusters) -> Twins:
    """Say for every row that stands for a document which row removes it."""
    out = Twins(np.full(count, -1, np.int64), np.full(count, -1.0))
    gone = np.flatnonzero(clusters.survivor >= 0)
    out.row[documents.rows[gone]] = documents.rows[clusters.survivor[gone]]
    out.jaccard[documents.rows[gone]] = clusters.jaccard[gone]
    return out


def _put(found: Verdicts, copies: _Copies, near: Twins, threshold: float) -> Twins:
    """Give every duplicate its kept twin: a copy of a content that goes for a near twin goes for the same twin."""
    out = Twins(near.row.copy(), near.jaccard.copy())
    rows, best = copies.rows, copies.best
    stays = near.row[best] < 0
    exact, normal = stays & (rows != best) & (copies.same == best), stays & (copies.same != best)
    for reason, rule, which in (
        ("exact_duplicate", "same blob", exact),
        ("normal_duplicate", "same tokens in order", normal),
    ):
        out.row[rows[which]], out.jaccard[rows[which]] = best[which], 1.0
        found.put(reason, rows[which], rule=rule, value=1.0, threshold=1.0)
    far = ~stays
    out.row[rows[far]], out.jaccard[rows[far]] = near.row[best[far]], near.jaccard[best[far]]
    found.put("near_duplicate", rows[far], rule=_RULE, value=near.jaccard[best[far]], threshold=threshold)
    return out
