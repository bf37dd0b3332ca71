"""Survivors: which of several twins stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.model.licence import CLASSES
from codestrata.store.columns import Columns

if TYPE_CHECKING:
    from codestrata.export.decide.selection import Chosen

#: Licence classes from the first choice of a survivor to the last.
PREFERENCE = ("permissive", "public-domain", *(c for c in CLASSES if c not in {"permissive", "public-domain"}))


def survivor_order(
    files: Columns, rows: NDArray[np.int64], chosen: Sequence[Chosen], standing: NDArray[np.int8] | None = None
) -> NDArray[np.int64]:
    """Sort rows from the first choice of a survivor to the last.

    By their ``standing`` in an earlier dataset (less first; one for each of ``rows``), licence class, stars and forks
    (more first), time of the snapshot's commit (earlier first), then the order of the dataset: full name, path,
    repository id.
    """
    licence = Coded.of(varlen(files, "licence_class"))
    preference = np.array([PREFERENCE.index(word) for word in licence.words], np.int64)[licence.codes[rows]]
    snapshot = np.asarray(files["snapshot"])[rows]
    stars, forks, when = (
        np.array(column, np.int64)[snapshot]
        for column in zip(*((-c.stars, -c.forks, c.committed_at) for c in chosen), strict=True)
    )
    first = np.zeros(len(rows), np.int8) if standing is None else standing
    return rows[np.lexsort((rows, when, forks, stars, preference, first))]
