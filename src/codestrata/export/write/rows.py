"""What rows say besides their text: the columns of table samples that decisions and repositories give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from codestrata.export.checks import Checks
from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.text import readable_paths
from codestrata.model.paths import lines
from codestrata.store.columns import Columns, Varlen, take

#: Columns that pass from the decisions into the samples as they are.
_SAME = ("licence_confidence", "size", "lines", "tokens", "max_line", "comment_lines", "complexity")
_MARKS = ("vendored", "test", "documentation")
#: The same, texts.
_FEW = ("commit", "language", "licence", "licence_class", "licence_source", "licence_method", "encoding")

#: Columns of the decisions table that a sample needs.
NEEDED = ("repository_id", "full_name", "path", "blob", *_FEW, *_SAME, *_MARKS)


@dataclass(frozen=True, slots=True)
class Source:
    """What a sample says of its repository."""

    origin: str
    stars: int
    forks: int


def say(decided: Columns, sources: Mapping[str, Source], results: Checks) -> Columns:
    """Give every column of the samples but those of table texts, for some decisions in their order."""
    whose = Coded.of(varlen(decided, "repository_id"))
    owners = [sources[name] for name in whose.words]
    paths, commits = readable_paths(varlen(decided, "path")), varlen(decided, "commit")
    counts = np.maximum(np.asarray(decided["lines"]), 1).tolist()
    names = varlen(decided, "full_name")
    each = zip(names.strings(), commits.strings(), paths.strings(), counts, strict=True)
    return {
        **{name: decided[name] for name in (*_SAME, *_MARKS, *_FEW)},
        "source": Varlen.of([f"{n}@{c}:{p}{lines(1, k)}" for n, c, p, k in each]),
        "repository": names,
        "origin": Varlen.of([s.origin for s in owners]).take(whose.codes),
        "path": paths,
        "blob": _hexadecimal(varlen(decided, "blob")),
        "stars": np.array([s.stars for s in owners], np.int64)[whose.codes],
        "forks": np.array([s.forks for s in owners], np.int64)[whose.codes],
        **take(results.columns(whose.words), whose.codes),
    }


def _hexadecimal(column: Varlen) -> Varlen:
    digits = np.frombuffer(column.data.tobytes().hex().encode(), np.uint8)
    return Varlen((column.offsets - column.offsets[0]) * 2, digits, text=True)
