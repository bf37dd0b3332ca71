"""The difference of two datasets, in figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.export.compare.sides import PLAN, Side
from codestrata.settings.needs import HISTORY

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Sum:
    """Rows with their bytes and tokens; tokens are 0 where a dataset does not count them."""

    rows: int = 0
    bytes: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Both:
    """One thing on both sides."""

    before: Sum
    after: Sum


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of A on the way to B.

    ``totals``: all, added, removed, changed, same, each on both sides. ``languages``, ``licences``, ``repositories``:
    those in which anything differs. ``removed``: why rows of A are not in B; ``added``: why rows of B were not in A.
    ``splits``: (from, to) → rows. ``commits``: repository → commits, "" where it is not there. ``settings``: those that
    differ.
    """

    a: Side
    b: Side
    totals: Mapping[str, Both]
    languages: Mapping[str, Both]
    licences: Mapping[str, Both]
    repositories: Mapping[str, Both]
    removed: Mapping[str, Sum]
    added: Mapping[str, Sum]
    splits: Mapping[tuple[str, str], int]
    commits: Mapping[str, tuple[str, str]]
    settings: Mapping[str, tuple[Any, Any]]

    @property
    def same(self) -> bool:
        """Say whether both have the same rows, in the same splits."""
        differ = (self.totals[name] for name in _KINDS)
        return not (any(one.before.rows or one.after.rows for one in differ) or self.splits)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        plain = asdict(self)
        for name in ("a", "b"):
            plain[name] = {part: plain[name][part] for part in ("name", "digest", "recipe", "tokens_by")}
        return plain | {
            "splits": [{"from": a, "to": b, "rows": n} for (a, b), n in self.splits.items()],
            "same": self.same,
        }


_KINDS = ("added", "removed", "changed")
#: Beside each other by what they are of; the n-th row of a file stays the n-th.
_KEYED = """
create table {side} as select *, row_number() over (partition by repository, path, moment order by shard, number) as nth
from (select *, {moment} as moment from {side}_rows)
"""
_PAIRED = """
create table pairs as select a.size as size_a, b.size as size_b, greatest(a.tokens, 0) as tokens_a,
    greatest(b.tokens, 0) as tokens_b, a.language as language_a, b.language as language_b, a.licence as licence_a,
    b.licence as licence_b, coalesce(a.repository, b.repository) as repository, coalesce(a.path, b.path) as path,
    a.split as split_a, b.split as split_b,
    case when a.number is null then 'added' when b.number is null then 'removed'
         when if('{plan}' in (a.shard, b.shard), a.blob <> b.blob, a.digest <> b.digest) then 'changed'
         else 'same' end as kind
from a full join b using (repository, path, moment, nth)
"""
_SIDES = """
count(size_a)::bigint, coalesce(sum(size_a), 0)::bigint, coalesce(sum(tokens_a), 0)::bigint,
count(size_b)::bigint, coalesce(sum(size_b), 0)::bigint, coalesce(sum(tokens_b), 0)::bigint
"""


def difference(con: duckdb.DuckDBPyConnection, a: Side, b: Side) -> Difference:
    """Compare two sides that are loaded into ``con``. Raises InvalidInput where their rows are of different kinds."""
    if a.recipe != b.recipe:
        said = f"one has rows of recipe {a.recipe}, the other of {b.recipe}"
        raise InvalidInput(said, where=f"{a.name}, {b.name}")
    for side in ("a", "b"):
        # of history two commits of one file are two rows
        moment = "split_part(source, '#L', 1)" if a.recipe in HISTORY else "''"
        con.execute(_KEYED.format(side=side, moment=moment))
    con.execute(_PAIRED.format(plan=PLAN))
    asked = con.execute(f"select kind, {_SIDES} from pairs group by kind").fetchall()
    kinds = {kind: _both(figures) for kind, *figures in asked}
    totals = {name: kinds.get(name, Both(Sum(), Sum())) for name in (*_KINDS, "same")}
    (whole,) = con.execute(f"select {_SIDES} from pairs").fetchall()
    return Difference(
        a,
        b,
        {"all": _both(whole), **totals},
        dict(_grouped(con, "language")),
        dict(_grouped(con, "licence")),
        dict(_repositories(con)),
        dict(_reasons(con, "removed", "b", b)),
        dict(_reasons(con, "added", "a", a)),
        dict(_splits(con)),
        dict(_commits(a, b)),
        dict(_settings(a.settings, b.settings)),
    )


def _both(figures: Any) -> Both:
    numbers = [int(one) for one in figures]
    return Both(Sum(*numbers[:3]), Sum(*numbers[3:]))


def _grouped(con: duckdb.DuckDBPyConnection, what: str) -> Iterator[tuple[str, Both]]:
    """Add up what differs by a column that may itself differ."""
    found: dict[str, list[Sum]] = {}
    for place, side in enumerate("ab"):
        asked = (
            f"select {what}_{side}, count(*), sum(size_{side}), sum(tokens_{side}) from pairs"
            f" where size_{side} is not null group by 1"
        )
        for name, *figures in con.execute(asked).fetchall():
            found.setdefault(name, [Sum(), Sum()])[place] = Sum(*(int(one) for one in figures))
    for name, (before, after) in sorted(found.items(), key=lambda item: (-_moved(item[1]), item[0])):
        if before != after:
            yield name, Both(before, after)


def _moved(sums: list[Sum]) -> int:
    return abs(sums[0].bytes - sums[1].bytes)


def _repositories(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Both]]:
    asked = (
        f"select repository, {_SIDES} from pairs group by repository"
        " having count(*) filter (where kind <> 'same') > 0 order by count(*) filter (where kind <> 'same') desc, 1"
    )
    for name, *figures in con.execute(asked).fetchall():
        yield name, _both(figures)


def _reasons(con: duckdb.DuckDBPyConnection, kind: str, other: str, side: Side) -> Iterator[tuple[str, Sum]]:
    """Say why rows of one side are not on the other: the reason it was left out for there, or that it is not there."""
    mine = "a" if kind == "removed" else "b"
    asked = (
        "select coalesce(g.reason,"
        " if(list_contains(?, p.repository), 'no such file there', 'no such repository there')),"
        f" count(*), sum(size_{mine}), sum(tokens_{mine}) from pairs p"
        f" left join {other}_gone g using (repository, path) where kind = '{kind}' group by 1 order by 3 desc, 1"
    )
    for reason, *figures in con.execute(asked, [list(side.repositories)]).fetchall():
        yield reason, Sum(*(int(one) for one in figures))


def _splits(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[tuple[str, str], int]]:
    asked = "select split_a, split_b, count(*) from pairs where split_a <> split_b group by 1, 2 order by 1, 2"
    for before, after, count in con.execute(asked).fetchall():
        yield (before, after), count


def _commits(a: Side, b: Side) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in sorted({*a.repositories, *b.repositories}):
        before, after = a.repositories.get(name, ""), b.repositories.get(name, "")
        if before != after:
            yield name, (before, after)


def _settings(a: Mapping[str, Any], b: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name in sorted({*a, *b}):
        before, after = a.get(name), b.get(name)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _settings(before, after, f"{path}{name}.")
        elif before != after:
            yield f"{path}{name}", (before, after)
