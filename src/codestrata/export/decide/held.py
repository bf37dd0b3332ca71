"""What earlier datasets hold of the files of a run: left out of it, or preferred."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.decide.duplicates import Given


@dataclass(frozen=True, slots=True)
class Held:
    """Files that compete, and those that go because an earlier dataset has them.

    rows: int64, those that compete; standing: int8 for each, 0: it stands in an earlier dataset, 1: its content does,
    2: neither (None: nobody asks). gone, old: files that go, and the number of the content that has their bytes or
    their text. compared: near twins are looked for in earlier datasets, too. columns: what is known of old contents.
    """

    rows: NDArray[np.int64]
    standing: NDArray[np.int8] | None = None
    gone: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    old: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    compared: bool = False
    columns: Columns = field(default_factory=dict)


def held_by(given: Given, clean: NDArray[np.int64]) -> Held:
    """Hold the files that nothing has failed against the earlier datasets."""
    earlier = given.earlier
    if earlier is None:
        return Held(clean)
    theirs = dict(earlier.columns) | {"number": np.arange(len(earlier.blobs))}
    ours = _ours(given, clean)
    if given.settings.stable:
        return Held(clean, _standing(given, ours, theirs, len(clean)))
    match = _numbers(given, "using (blob)", ours, theirs, len(clean))
    if given.settings.normal:
        same = "on o.norm_hash = e.norm_hash and o.words = e.words and o.lexemes = e.lexemes and o.norm_hash <> 0"
        match = np.where(match < 0, _numbers(given, same, ours, theirs, len(clean)), match)
    known = match >= 0
    return Held(clean[~known], None, clean[known], match[known], compared=True, columns=theirs)


def _ours(given: Given, clean: NDArray[np.int64]) -> Columns:
    files = given.files
    names = Varlen.of([c.full_name for c in given.chosen])
    return {
        "nth": np.arange(len(clean)),
        "blob": varlen(files, "blob").take(clean),
        "path": varlen(files, "path").take(clean),
        "repository": names.take(np.asarray(files["snapshot"])[clean]),
        "norm_hash": np.asarray(files["norm_hash"])[clean].astype(np.uint64),
        "words": np.asarray(files["words"])[clean].astype(np.int64),
        "lexemes": np.asarray(files["lexemes"])[clean].astype(np.int64),
    }


def _numbers(given: Given, join: str, ours: Columns, theirs: Columns, count: int) -> NDArray[np.int64]:
    """Give for each of our files the first content of theirs that it joins, or -1."""
    sql = f"select o.nth, min(e.number)::bigint as number from ours o join theirs e {join} group by o.nth"
    found = given.sources.tables.query(sql, ours=ours, theirs=theirs)
    out = np.full(count, -1, np.int64)
    out[np.asarray(found["nth"])] = np.asarray(found["number"])
    return out


def _standing(given: Given, ours: Columns, theirs: Columns, count: int) -> NDArray[np.int8]:
    there = _numbers(given, "using (blob, repository, path)", ours, theirs, count) >= 0
    content = _numbers(given, "using (blob)", ours, theirs, count) >= 0
    return np.where(there, 0, np.where(content, 1, 2)).astype(np.int8)
