"""Duplicates among the files that passed everything else, so that every survivor is a file that is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.dedup import Clusters, Read, cluster, exact_jaccard, first_of_each, known_scores
from codestrata.model.licence import CLASSES
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.decide.selection import Chosen
    from codestrata.export.decide.verdicts import Verdicts
    from codestrata.settings.export import DedupSettings
    from codestrata.store.tables import TableFile, Tables

#: Bytes of a signature in table facts: 128 values of 16 bits.
_SIGNATURE = 256
#: Licence classes from the first choice of a survivor to the last.
_PREFERENCE = ("permissive", "public-domain", *(c for c in CLASSES if c not in {"permissive", "public-domain"}))


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
    """Where contents are known from: table facts, the pairs earlier runs verified, the object stores, a scratch folder."""

    tables: Tables
    facts: Sequence[TableFile]
    pairs: Sequence[TableFile]
    read: Callable[[NDArray[np.int64]], Read]
    scratch: Path


def survivor_order(files: Columns, rows: NDArray[np.int64], chosen: Sequence[Chosen]) -> NDArray[np.int64]:
    """Sort rows from the first choice of a survivor to the last.

    By licence class, stars and forks (more first), time of the snapshot's commit (earlier first), then the order of the
    dataset: full name, path, repository id.
    """
    licence = Coded.of(varlen(files, "licence_class"))
    preference = np.array([_PREFERENCE.index(word) for word in licence.words], np.int64)[licence.codes[rows]]
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
    count = len(found.failed)
    twins = Twins(np.full(count, -1, np.int64), np.full(count, -1.0))
    if settings.level == "none" or not len(found.clean):
        return twins, _documents(files, np.zeros(0, np.int64)), Clusters.none(0)
    ranked = survivor_order(files, found.clean, chosen)
    first = first_of_each(varlen(files, "blob").take(ranked), np.arange(len(ranked)))
    documents = _documents(files, _comparable(files, ranked[first == np.arange(len(ranked))], settings))
    clusters = _near(files, documents, settings, sources)
    _put(found, twins, ranked, first, documents, clusters, settings.threshold)
    return twins, documents, clusters


def _documents(files: Columns, rows: NDArray[np.int64]) -> Documents:
    return Documents(rows, varlen(files, "blob").take(rows))


def _comparable(files: Columns, rows: NDArray[np.int64], settings: DedupSettings) -> NDArray[np.int64]:
    """Keep the rows that near deduplication is asked for and that have at least one 5-token shingle."""
    if settings.level != "near":
        return rows[:0]
    fit = np.asarray(files["shingles"])[rows] > 0
    if settings.languages:
        fit &= Coded.of(varlen(files, "language")).among(settings.languages)[rows]
    return rows[fit]


def _near(files: Columns, documents: Documents, settings: DedupSettings, sources: Sources) -> Clusters:
    if len(documents.rows) < 2:  # noqa: PLR2004 -- it takes two
        return Clusters.none(len(documents.rows))
    signatures = _signatures(sources, np.asarray(files["facts"])[documents.rows])
    shingles = np.asarray(files["shingles"])[documents.rows].astype(np.int32)

    def verify(pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        scores = known_scores(sources.tables, sources.pairs, documents.blobs, pairs)
        unknown = np.flatnonzero(scores < 0)
        read = sources.read(documents.rows)
        scores[unknown] = exact_jaccard(pairs[unknown], read, sources.scratch)
        return scores

    return cluster(signatures, shingles, settings.threshold, verify)


def _signatures(sources: Sources, facts: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Read the signatures of some rows of table facts, file by file: uint16[n, 128]."""
    out = np.zeros((len(facts), _SIGNATURE), np.uint8)
    base = 0
    for file in sources.facts:
        column = varlen(sources.tables.read([file], "signature"), "signature")
        mine = np.flatnonzero((facts >= base) & (facts < base + len(column)))
        if len(mine):
            out[mine] = column.take(facts[mine] - base).matrix(_SIGNATURE)
        base += len(column)
    return out.view(np.uint16)


def _put(
    found: Verdicts,
    twins: Twins,
    ranked: NDArray[np.int64],
    first: NDArray[np.int64],
    documents: Documents,
    clusters: Clusters,
    threshold: float,
) -> None:
    """A copy of a content that goes for a near twin goes for the same twin."""
    gone = np.flatnonzero(clusters.survivor >= 0)
    near = np.full(len(found.failed), -1, np.int64)
    near[documents.rows[gone]] = documents.rows[clusters.survivor[gone]]
    score = np.full(len(found.failed), -1.0)
    score[documents.rows[gone]] = clusters.jaccard[gone]
    best = ranked[first]
    copies = (ranked != best) & (near[best] < 0)
    twins.row[ranked[copies]], twins.jaccard[ranked[copies]] = best[copies], 1.0
    found.put("exact_duplicate", ranked[copies], rule="same blob", value=1.0, threshold=1.0)
    far = near[best] >= 0
    twins.row[ranked[far]], twins.jaccard[ranked[far]] = near[best[far]], score[best[far]]
    found.put("near_duplicate", ranked[far], rule=_RULE, value=score[best[far]], threshold=threshold)


_RULE = "Jaccard of 5-token shingles, star clustering"
