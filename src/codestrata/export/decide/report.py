"""What a decision came to, counted: for the dataset card and for ``strata status``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.store.columns import Columns

Figures = dict[str, int]


def report(decisions: Columns) -> dict[str, Any]:
    """Count a decisions table: ``total``, ``kept``, ``removed`` by reason, and kept files by language, licence, class.

    Every entry has ``files``, ``bytes``, ``lines`` and ``tokens``; submodules count no bytes, and only text that was
    analysed counts lines and tokens. Groups are sorted by bytes, the largest first, then by name. Needs the columns
    size, lines, tokens, kept, reason, language, licence, licence_class and full_name.
    """
    kept = np.asarray(decisions["kept"])
    everything = np.zeros(len(kept), np.int32)
    return {
        "total": _by(decisions, Coded(everything, ["all"]), np.ones(len(kept), np.bool_)).get("all", _figures([0] * 4)),
        "kept": _by(decisions, Coded(everything, ["all"]), kept).get("all", _figures([0] * 4)),
        "removed": _group(decisions, "reason", ~kept),
        "languages": _group(decisions, "language", kept),
        "licences": _group(decisions, "licence", kept),
        "licence_classes": _group(decisions, "licence_class", kept),
        "repositories": _group(decisions, "full_name", kept),
    }


def _group(decisions: Columns, column: str, mask: NDArray[np.bool_]) -> Mapping[str, Figures]:
    return _by(decisions, Coded.of(varlen(decisions, column)), mask)


def _by(decisions: Columns, groups: Coded, mask: NDArray[np.bool_]) -> dict[str, Figures]:
    codes = groups.codes[mask]
    sums = [np.bincount(codes, minlength=len(groups.words))]
    for name in ("size", "lines", "tokens"):
        values = np.maximum(np.asarray(decisions[name])[mask], 0)
        sums.append(_sum_by(codes, values, len(groups.words)))
    found = {word: _figures([int(s[k]) for s in sums]) for k, word in enumerate(groups.words) if sums[0][k]}
    return dict(sorted(found.items(), key=lambda item: (-item[1]["bytes"], item[0])))


def _sum_by(codes: NDArray[np.int32], values: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Add values up by code, in whole numbers: sums pass 2^53 before anybody's corpus does, but not before ours may."""
    out = np.zeros(count, np.int64)
    np.add.at(out, codes, values)
    return out


def _figures(sums: list[int]) -> Figures:
    return dict(zip(("files", "bytes", "lines", "tokens"), sums, strict=True))
