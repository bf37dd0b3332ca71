"""How many tokens a dataset has, in all, by split and by language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.export.decide.columns import varlen
from codestrata.export.settle.kept import kept
from codestrata.export.tokens.counter import Estimate, digest_of
from codestrata.export.tokens.estimate import estimate
from codestrata.export.tokens.stage import NAME, version
from codestrata.store.columns import Columns, Varlen, concat, take

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.shape.base import Shape

COLUMN = "tokens"


def totals(view: View, shape: Shape | None) -> dict[str, Any]:
    """Give {by, digest, total, splits, languages} of the rows; nothing for a recipe whose rows have no tokens.

    ``by`` names the tokenizer's file, or is "estimate"; languages are (name, tokens), most first.
    """
    if shape is not None and all(field.name != COLUMN for field in shape.fields):
        return {}
    path = view.settings.export.tokens.tokenizer
    found = _rows(view, shape) if shape else _files(view)
    (tokens,) = (np.asarray(found[COLUMN], np.int64),)
    languages = _sums(varlen(found, "language"), tokens)
    return {
        "by": Path(path).name if path else Estimate.name,
        "digest": digest_of(path),
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
    """Give split, language and tokens of the kept files: as they were counted, or estimated."""
    path, decided = view.settings.export.tokens.tokenizer, view.planned("export.decide", "decisions")
    if not decided:
        return _nothing()
    if path:
        counts = view.files("token_counts", stage=NAME, version=version(digest_of(path)))
        if not counts:
            return _nothing()
        return view.tables.query(f"""
            select split, language, t.tokens from {view.tables.scan(decided)} d
            join {view.tables.scan(counts)} t on d.blob = t.blob and d.encoding = t.encoding where kept""")
    found = view.tables.read(decided, "split, language, tokens, size, lines", "where kept")
    figures = (np.asarray(found[name], np.int64) for name in ("tokens", "size", "lines"))
    return found | {COLUMN: estimate(varlen(found, "language").strings(), *figures)}


def _nothing() -> Columns:
    return {"split": Varlen.of([]), "language": Varlen.of([]), COLUMN: np.zeros(0, np.int64)}


def _sums(names: Varlen, tokens: np.ndarray[Any, np.dtype[np.int64]]) -> list[tuple[str, int]]:
    listed = names.strings()
    words = sorted(set(listed))
    number = {word: i for i, word in enumerate(words)}
    codes = np.fromiter((number[word] for word in listed), np.int64, len(listed))
    sums = np.bincount(codes, weights=tokens, minlength=len(words)).astype(np.int64)
    return list(zip(words, sums.tolist(), strict=True))
