"""How many tokens a dataset has, in all, by split and by language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.export.decide.columns import varlen
from codestrata.export.settle.kept import kept
from codestrata.export.tokens.counter import digest_of
from codestrata.export.tokens.known import made_by, told
from codestrata.store.columns import Columns, Varlen, concat, take

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.shape.base import Shape

COLUMN = "tokens"


def totals(view: View, shape: Shape | None) -> dict[str, Any]:
    """Give {by, digest, total, splits, languages} of the rows; nothing for a recipe whose rows have no tokens.

    ``by`` names the tokenizer's file, or is "estimate"; languages are (name, tokens), most first. The rows' column
    ``tokens`` adds up to ``total``; that ``rows`` is there says so, for in older datasets it did not.
    """
    if shape is not None and all(field.name != COLUMN for field in shape.fields):
        return {}
    found = _rows(view, shape) if shape else _files(view)
    (tokens,) = (np.asarray(found[COLUMN], np.int64),)
    languages = _sums(varlen(found, "language"), tokens)
    return {
        "by": made_by(view),
        "digest": digest_of(view.settings.export.tokens.tokenizer),
        "rows": COLUMN,
        "total": int(tokens.sum()),
        "splits": dict(sorted(_sums(varlen(found, "split"), tokens))),
        "languages": sorted(languages, key=lambda pair: (-pair[1], pair[0])),
    }


def _rows(view: View, shape: Shape) -> Columns:
    """Give split, language and tokens of the rows of a shape that are kept."""
    parts = [
        take(view.tables.read([file], f"split, language, {COLUMN}", "order by file_row_number"), which)
        for file, which in kept(view, shape)
    ]
    return concat(parts) if parts else _nothing()


def _files(view: View) -> Columns:
    """Give split, language and tokens of the kept files."""
    decided = view.planned("export.decide", "decisions")
    if not decided:
        return _nothing()
    return view.tables.query(f"select split, language, tokens from {told(view, view.tables.scan(decided))} where kept")


def _nothing() -> Columns:
    return {"split": Varlen.of([]), "language": Varlen.of([]), COLUMN: np.zeros(0, np.int64)}


def _sums(names: Varlen, tokens: np.ndarray[Any, np.dtype[np.int64]]) -> list[tuple[str, int]]:
    listed = names.strings()
    words = sorted(set(listed))
    number = {word: i for i, word in enumerate(words)}
    codes = np.fromiter((number[word] for word in listed), np.int64, len(listed))
    sums = np.bincount(codes, weights=tokens, minlength=len(words)).astype(np.int64)
    return list(zip(words, sums.tolist(), strict=True))
