"""Leaks: files whose twin is kept in another split. One of the two goes, and names the other.

What is measured stays: of two twins that in test is kept before that in validation, and that before that in train.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.export.decide.compare import Asked, Documents, near
from codestrata.export.decide.survivors import survivor_order
from codestrata.export.decide.twins import Twins
from codestrata.export.dedup import first_of_each
from codestrata.export.split.shares import SPLITS

if TYPE_CHECKING:
    from codestrata.export.decide.compare import Sources
    from codestrata.export.decide.gates import Case
    from codestrata.export.decide.verdicts import Verdicts
    from codestrata.settings.export import DedupSettings
    from codestrata.store.columns import Columns

_EXACT, _NEAR = "same blob in split {}", "Jaccard of 5-word shingles with a file in split {}"


def find_leaks(case: Case, found: Verdicts, split: NDArray[np.int8], sources: Sources) -> Twins:
    """Put every kept file whose twin is kept in another split into the verdicts; gives the twins.

    split: int8 per file. Exact twins are looked for always; near ones where deduplication has not left none.
    """
    files, settings = case.files, case.settings.dedup
    out = Twins.none(len(split))
    kept = survivor_order(files, found.clean, case.chosen)
    kept = kept[np.argsort(-split[kept], kind="stable")]
    best = kept[first_of_each(varlen(files, "blob").take(kept), np.arange(len(kept)))]
    exact = split[kept] != split[best]
    _note(out, kept[exact], best[exact], np.ones(int(exact.sum())))
    rest = kept[(kept == best) & ~exact]
    if settings.level != "near" or settings.languages:
        everything = settings.model_copy(update={"level": "near", "languages": ()})
        _near(out, files, rest, split, (everything, sources))
        _copies(out, kept, best)
    _put(found, out, split, settings.threshold)
    return out


def _note(out: Twins, rows: NDArray[np.int64], twins: NDArray[np.int64], jaccard: NDArray[np.float64]) -> None:
    out.row[rows], out.jaccard[rows] = twins, jaccard


def _near(
    out: Twins, files: Columns, rows: NDArray[np.int64], split: NDArray[np.int8], compare: tuple[DedupSettings, Sources]
) -> None:
    """Find near twins across splits: pairs within one are not even read."""
    settings, sources = compare
    fit = rows[np.asarray(files["words"])[rows] >= settings.min_words]
    documents = Documents(fit, varlen(files, "blob").take(fit))
    whose = split[fit]

    def across(pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.asarray(whose[pairs[:, 0]] != whose[pairs[:, 1]])

    clusters = near(files, documents, settings, sources, Asked(across))
    gone = np.flatnonzero(clusters.survivor >= 0)
    _note(out, fit[gone], fit[clusters.survivor[gone]], clusters.jaccard[gone])


def _copies(out: Twins, kept: NDArray[np.int64], best: NDArray[np.int64]) -> None:
    """Let the copies of a file that goes, in the same split, go for the same twin."""
    copies = (kept != best) & (out.row[kept] < 0) & (out.row[best] >= 0)
    _note(out, kept[copies], out.row[best[copies]], out.jaccard[best[copies]])


def _put(found: Verdicts, out: Twins, split: NDArray[np.int8], threshold: float) -> None:
    gone = np.flatnonzero(out.row >= 0)
    words = np.array([[text.format(name) for name in SPLITS] for text in (_NEAR, _EXACT)], object)
    exact = out.jaccard[gone] == 1.0
    rules = words[exact.astype(np.int64), split[out.row[gone]]]
    found.put("leak", gone, rule=rules, value=out.jaccard[gone], threshold=threshold)
