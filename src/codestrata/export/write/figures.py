"""The figures of a dataset as the card shows them, from what the decision reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.store.columns import Varlen
    from codestrata.store.tables import TableFile

Counts = list[tuple[str, int, int]]
_BY_REPOSITORY = "full_name, count(*)::bigint as n, sum(greatest(size, 0))::bigint as size"


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over all decisions; lists are (name, count, bytes) of a ``unit``, most bytes first, then by name."""

    files: int
    kept: int
    kept_bytes: int
    dropped: dict[str, int] = field(default_factory=dict)
    languages: Counts = field(default_factory=list)
    licences: Counts = field(default_factory=list)
    repositories: Counts = field(default_factory=list)
    unit: str = "files"


def figures(view: View, decisions: Sequence[TableFile]) -> Figures:
    """Count."""
    (counted,) = view.results("export.decide")
    dropped = {reason: group["files"] for reason, group in counted["removed"].items()}
    return Figures(
        files=counted["total"]["files"],
        kept=counted["kept"]["files"],
        kept_bytes=counted["kept"]["bytes"],
        dropped=dict(sorted(dropped.items(), key=lambda item: (-item[1], item[0]))),
        languages=_counts(counted["languages"]),
        licences=_counts(counted["licences"]),
        repositories=_repositories(view, decisions),
    )


def _counts(groups: Mapping[str, Mapping[str, Any]]) -> Counts:
    return _ordered([(name, group["files"], group["bytes"]) for name, group in groups.items()])


def _repositories(view: View, decisions: Sequence[TableFile]) -> Counts:
    found = view.tables.read(decisions, _BY_REPOSITORY, "where kept group by full_name")
    names: Varlen = found["full_name"]  # type: ignore[assignment]
    columns = (np.asarray(found[name]).tolist() for name in ("n", "size"))
    return _ordered(list(zip(names.strings(), *columns, strict=True)))


def _ordered(counts: Counts) -> Counts:
    return sorted(counts, key=lambda row: (-row[2], row[0]))
