"""The figures of a dataset as the card shows them, from the decisions' own report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codestrata.export.decide.report import report

if TYPE_CHECKING:
    from codestrata.store.tables import TableFile, Tables

_COLUMNS = "size, lines, tokens, kept, reason, language, licence, licence_class, full_name"
Counts = list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over all decisions; lists are (name, files, bytes), most bytes first, then by name."""

    files: int
    kept: int
    kept_bytes: int
    dropped: dict[str, int] = field(default_factory=dict)
    languages: Counts = field(default_factory=list)
    licences: Counts = field(default_factory=list)
    repositories: Counts = field(default_factory=list)


def figures(tables: Tables, decisions: Sequence[TableFile]) -> Figures:
    """Count."""
    counted = report(tables.read(decisions, _COLUMNS))
    dropped = {reason: group["files"] for reason, group in counted["removed"].items()}
    return Figures(
        files=counted["total"]["files"],
        kept=counted["kept"]["files"],
        kept_bytes=counted["kept"]["bytes"],
        dropped=dict(sorted(dropped.items(), key=lambda item: (-item[1], item[0]))),
        languages=_counts(counted["languages"]),
        licences=_counts(counted["licences"]),
        repositories=_counts(counted["repositories"]),
    )


def _counts(groups: Mapping[str, Mapping[str, Any]]) -> Counts:
    return [(name, group["files"], group["bytes"]) for name, group in groups.items()]
