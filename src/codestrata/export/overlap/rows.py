"""Rows that are not whole files: each is judged by its texts, for no file stands for it.

What was decided of files holds for what is made of them as they are. Old contents, messages, issues are in no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.errors import InvalidInput
from codestrata.export.overlap.lists import chosen, load
from codestrata.export.overlap.match import Lists
from codestrata.export.overlap.schema import ROW_OVERLAPS
from codestrata.store.columns import Columns, Varlen, blank, concat, rows, take

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from codestrata.settings.recipe import DecontaminateSettings


def asked(settings: DecontaminateSettings) -> tuple[dict[str, Any], list[str]]:
    """Give what the judgement depends on, as JSON, and the files of lists; nothing where rows are not judged."""
    if not settings.lists or settings.action != "drop":
        return {}, []
    lists = chosen(settings)
    told = {"lists": [one.digest for _, one in lists], "least": settings.least, "share": settings.share}
    return told, [str(path) for path, _ in lists]


#: Spans of n-grams that may be nobody's (setting ``common``) count where so much of their problem is there.
MOST_OF_IT = 0.5


class Judge:
    """Says which texts hold a problem: by any piece that is found whole, or by enough of its n-grams."""

    def __init__(self, lists: Lists, least: int, share: float) -> None:
        self.lists = lists
        self.least = least
        self.share = share

    @classmethod
    def certain(cls, lists: Lists, settings: DecontaminateSettings) -> Judge:
        """Judge texts of which some are kept because what they hold is nobody's: only what counts whoever has it."""
        return cls(lists, settings.least, max(settings.share, MOST_OF_IT) if settings.common else settings.share)

    @classmethod
    def of(cls, told: Mapping[str, Any], files: Sequence[str]) -> Judge:
        """Take what :func:`asked` gave. Raises InvalidInput where a list has changed since."""
        lists = [load(Path(file)) for file in files]
        if [one.digest for one in lists] != told["lists"]:
            raise InvalidInput("lists changed while they were looked for", hint="run it again")
        return cls(Lists.of(lists), told["least"], told["share"])

    def spans(self, texts: Varlen) -> Columns:
        """Give the spans that count, as in table **overlaps**; ``row`` (int64) instead of ``blob``."""
        numbers = Varlen.of([str(i) for i in range(len(texts))])
        found = self.lists.overlaps(numbers, texts.data, texts.offsets)
        by_words = np.array([how == b"ngram" for how in found["how"]], np.bool_)
        enough = (np.asarray(found["matched"]) >= self.least) & (np.asarray(found["share"]) >= self.share)
        kept = take(found, np.flatnonzero(~by_words | enough))
        row = np.array([int(number) for number in kept.pop("blob")], np.int64)
        return {"row": row, **kept}


def without(judge: Judge, table: Columns, texts: Sequence[str]) -> tuple[Columns, Columns]:
    """Give a table less the rows with a problem in one of the columns ``texts``, and table **row_overlaps** of those.

    The table has the columns of COMMON: ``source`` names a row.
    """
    parts, gone = [], np.zeros(rows(table), np.bool_)
    for name in texts:
        column = table[name]
        assert isinstance(column, Varlen)  # noqa: S101 -- the shape's schema says so
        found = judge.spans(column)
        row: NDArray[np.int64] = np.asarray(found.pop("row"))
        gone[row] = True
        if len(row):
            sources = table["source"]
            assert isinstance(sources, Varlen)  # noqa: S101 -- the shape's schema says so
            parts.append({"source": sources.take(row), "column": Varlen.of([name] * len(row)), **found})
    told = concat(parts) if parts else {f.name: blank(0, f.kind) for f in ROW_OVERLAPS}
    return take(table, np.flatnonzero(~gone)), {f.name: told[f.name] for f in ROW_OVERLAPS}
