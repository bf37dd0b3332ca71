"""The figures of a dataset, read off its decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestrata.store.columns import Columns
    from codestrata.store.tables import TableFile, Tables


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over all decisions; lists are (name, files, bytes), most bytes first, then by name."""

    files: int
    kept: int
    kept_bytes: int
    dropped: dict[str, int] = field(default_factory=dict)
    languages: list[tuple[str, int, int]] = field(default_factory=list)
    licences: list[tuple[str, int, int]] = field(default_factory=list)
    repositories: list[tuple[str, int, int]] = field(default_factory=list)


def figures(tables: Tables, decisions: Sequence[TableFile]) -> Figures:
    """Count."""
    source = tables.scan(decisions)
    total = tables.query(
        f"select count(*)::bigint as n, count(*) filter (where kept)::bigint as k,"
        f" coalesce(sum(size) filter (where kept), 0)::bigint as b from {source}"
    )
    dropped = tables.query(
        f"select reason, count(*)::bigint as n from {source} where not kept group by reason order by n desc, reason"
    )
    return Figures(
        files=int(total["n"][0]),
        kept=int(total["k"][0]),
        kept_bytes=int(total["b"][0]),
        dropped={name: n for name, n, _ in _rows(dropped, "reason")},
        languages=_group(tables, source, "language"),
        licences=_group(tables, source, "licence"),
        repositories=_group(tables, source, "full_name"),
    )


def _group(tables: Tables, source: str, column: str) -> list[tuple[str, int, int]]:
    counted = tables.query(
        f"select {column} as name, count(*)::bigint as n, sum(size)::bigint as b from {source}"
        " where kept group by all order by b desc, name"
    )
    return _rows(counted, "name")


def _rows(counted: Columns, name: str) -> list[tuple[str, int, int]]:
    if not counted:
        return []
    names = counted[name].strings()  # type: ignore[union-attr]
    n = counted["n"].tolist()  # type: ignore[union-attr]
    b = counted["b"].tolist() if "b" in counted else [0] * len(n)  # type: ignore[union-attr]
    return list(zip(names, n, b, strict=True))
