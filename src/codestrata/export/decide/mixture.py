"""The mixture: rows left out so that languages, repositories and the whole have the shares asked for.

Every row has a chance, the hash of seed and content. Whatever is asked for, rows of a small chance stay before rows of
a large one: so a larger share keeps all that a smaller one keeps, and copies of a content share its fate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen

if TYPE_CHECKING:
    from codestrata.export.decide.verdicts import Verdicts
    from codestrata.settings.recipe import MixtureSettings
    from codestrata.store.columns import Columns, Varlen


def mix(files: Columns, found: Verdicts, settings: MixtureSettings) -> None:
    """Leave out what is too much: the sample first, then rows of a repository, then text of a language."""
    if settings == type(settings)(seed=settings.seed) or not len(found.clean):
        return
    chance = chances(varlen(files, "blob").take(found.clean), settings.seed)
    order = np.argsort(chance, kind="stable")
    rows, chance = found.clean[order], chance[order]
    stays = chance < settings.sample
    _put(found, rows[~stays], "sample", chance[~stays], settings.sample)
    rows = rows[stays]
    if settings.most_per_repository:
        stays = _rank(np.asarray(files["snapshot"])[rows]) < settings.most_per_repository
        _put(found, rows[~stays], "most_per_repository", None, settings.most_per_repository)
        rows = rows[stays]
    if settings.languages:
        stays = _in_proportion(files, rows, settings.languages)
        _put(found, rows[~stays], "languages", None, -1.0)


def chances(blobs: Varlen, seed: int) -> NDArray[np.float64]:
    """Give each content its chance, from 0 up to 1."""
    key = seed.to_bytes(8, "little", signed=True)
    numbers = (hashlib.blake2b(blob, digest_size=8, key=key).digest() for blob in blobs)
    return np.frombuffer(b"".join(numbers), "<u8") / 2.0**64


def _put(
    found: Verdicts, rows: NDArray[np.int64], rule: str, value: NDArray[np.float64] | None, threshold: float
) -> None:
    found.put("mixture", rows, rule=rule, value=-1.0 if value is None else value, threshold=threshold)


def _rank(groups: NDArray[np.int32]) -> NDArray[np.int64]:
    """Count, for each row, how many of its group come before it."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    firsts = np.searchsorted(ordered, ordered, side="left")
    out = np.empty(len(groups), np.int64)
    out[order] = np.arange(len(groups)) - firsts
    return out


def _in_proportion(files: Columns, rows: NDArray[np.int64], weights: Mapping[str, float]) -> NDArray[np.bool_]:
    """Tell the rows that stay when each language has its share at most, and the scarcest one all it has.

    A language of which there is no text at all does not count: else nothing would stay.
    """
    language = Coded.of(varlen(files, "language").take(rows))
    size = np.maximum(np.asarray(files["size"], np.int64)[rows], 0)
    total = np.zeros(len(language.words), np.int64)
    np.add.at(total, language.codes, size)
    has = {word: int(total[k]) for k, word in enumerate(language.words) if weights.get(word, 0) > 0 and total[k]}
    scale = min((have / weights[word] for word, have in has.items()), default=0.0)
    stays = np.zeros(len(rows), np.bool_)
    for k, word in enumerate(language.words):
        if word in has:
            mine = np.flatnonzero(language.codes == k)
            stays[mine] = np.cumsum(size[mine]) <= scale * weights[word] * (1 + 1e-12)
    return stays
