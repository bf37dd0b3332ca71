"""Gates over rows: schema, counts, completeness, licences, duplicates, leakage, drift."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from codestrata.export.policy import licence_verdict
from codestrata.export.shape.stage import shape_of
from codestrata.export.validate.judgement import MOST, Judgement
from codestrata.export.validate.rows import Rows
from codestrata.export.write.schema import SAMPLES
from codestrata.settings.export import ExportSettings

_SOURCE = r"^.+@[0-9a-f]{4,64}(:(.|\n)+)?$"
_NEEDED = ("source", "repository", "commit")
#: Kinds of table schemas → what DuckDB calls them.
_TYPES = {
    "text": "VARCHAR", "bool": "BOOLEAN", "int32": "INTEGER", "int64": "BIGINT", "uint64": "UBIGINT",
    "float32": "FLOAT", "float64": "DOUBLE", "binary": "BLOB",
}  # fmt: skip
_CHECKS = re.compile(r"ci_\w+\Z")


@dataclass(frozen=True, slots=True)
class Asked:
    """What gates over rows are asked about.

    ``rows``: those of the dataset; ``settings``: what it was made with; ``figures``: what its manifest counts;
    ``before``: the figures of the version that it takes the place of, or nothing.
    """

    rows: Rows
    settings: ExportSettings
    figures: Mapping[str, Any]
    before: Mapping[str, Any] | None = None


Gate = Callable[[Asked], Judgement]


def readable(asked: Asked) -> Judgement:
    """Every shard can be read to its end."""
    broken = asked.rows.broken
    told = [f"{name}: {said}" for name, said in broken.items()]
    return _judged("readable", readable, told, "shards cannot be read")


def schema(asked: Asked) -> Judgement:
    """Every shard has the columns of the recipe's schema, of their kinds."""
    recipe = asked.settings.recipe
    shape = shape_of(recipe)
    fields = shape.fields if shape else SAMPLES
    wanted = {field.name: _TYPES[field.kind] for field in fields}
    wrong = []
    for shard, found in asked.rows.columns.items():
        exact = shard.endswith(".parquet")
        for name in [*wanted, *(n for n in found if n not in wanted and not _CHECKS.match(n))]:
            if name not in found:
                wrong.append(f"{shard}: column {name} is missing")
            elif name not in wanted:
                wrong.append(f"{shard}: column {name} is not in the schema")
            elif exact and found[name] != wanted[name]:
                wrong.append(f"{shard}: column {name} is {found[name]}, not {wanted[name]}")
    return _judged("schema", schema, wrong, "columns are not those of the schema")


def counts(asked: Asked) -> Judgement:
    """Every split has as many rows as the manifest says, and the dataset as many as are asked for."""
    found = dict(asked.rows.ask("select split, count(*) from rows group by split"))
    said: Mapping[str, int] = asked.figures.get("rows", {})
    wrong = [
        f"split {name or '(none)'}: {found.get(name, 0)} rows, {said.get(name, 0)} are said to be there"
        for name in sorted({*found, *said})
        if found.get(name, 0) != said.get(name, 0)
    ]
    least, total = asked.settings.gates.least_rows, asked.rows.count
    if total < least:
        wrong.append(f"{total} rows, {least} are asked for")
    return _judged("counts", counts, wrong, "rows are missing or too many", float(total), float(least))


def complete(asked: Asked) -> Judgement:
    """Every row says whose it is and where it comes from."""
    empty = " or ".join(f"\"{name}\" = ''" for name in _NEEDED)
    unclear = f"{empty} or not regexp_full_match(source, '{_SOURCE}')"
    return _asked("complete", complete, asked, unclear, "say too little")


def licences(asked: Asked) -> Judgement:
    """Every row's licence passes the policy."""
    policy = asked.settings.licences
    told = [str(word) for (word,) in asked.rows.ask("select distinct licence from rows order by 1")]
    refused = [word for word in told if not licence_verdict(word, policy).passes]
    if not refused:
        return Judgement("licences", "passed", _doc(licences))
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in refused)
    why = f"are under {', '.join(word or 'no licence' for word in refused[:3])}"
    return _asked("licences", licences, asked, f"licence in ({listed})", why)


def duplicates(asked: Asked) -> Judgement:
    """No more rows than are allowed have the content of another, where duplicates were to go."""
    limit = asked.settings.gates.duplicates
    if asked.settings.dedup.level == "none":
        return Judgement("duplicates", "skipped", _doc(duplicates), why="duplicates were asked for")
    again = "(select key, count(*) as n from rows group by key having count(*) > 1)"
    (number,) = asked.rows.ask(f"select coalesce(sum(n - 1), 0) from {again}")[0]
    share = int(number) / max(1, asked.rows.count)
    if share <= limit:
        return Judgement("duplicates", "passed", _doc(duplicates), share, limit)
    rows = asked.rows.ask(f"select source from rows join {again} using (key) order by key, source limit {MOST}")
    why = f"{share:.2%} of the rows have the content of another"
    return Judgement("duplicates", "failed", _doc(duplicates), share, limit, int(number), _first(rows), why)


def leakage(asked: Asked) -> Judgement:
    """Nothing stands in two splits: no content, and no repository where splits are not by time."""
    what = ["key", *(["blob"] if _has_blobs(asked.rows) else [])]
    what += [] if asked.settings.split.by == "time" else ["repository"]
    several = "(select {0} from rows where {0} <> '' group by 1 having count(distinct split) > 1)"
    both = [f"{name} in {several.format(name)}" for name in what]
    return _asked("leakage", leakage, asked, " or ".join(both), "stand in two splits, or their repository does")


def drift(asked: Asked) -> Judgement:
    """No language's share of the text is much different from the version before."""
    limit = asked.settings.gates.drift
    if not limit or asked.before is None:
        why = "no limit is set" if not limit else "there is no version before"
        return Judgement("drift", "skipped", _doc(drift), why=why)
    now, before = _shares(asked.figures), _shares(asked.before)
    moved = {name: abs(now.get(name, 0.0) - before.get(name, 0.0)) for name in {*now, *before}}
    name, most = max(moved.items(), key=lambda item: (item[1], item[0]), default=("", 0.0))
    if most <= limit:
        return Judgement("drift", "passed", _doc(drift), most, limit)
    rows = [f"{n}: {before.get(n, 0.0):.1%} → {now.get(n, 0.0):.1%}" for n, m in sorted(moved.items()) if m > limit]
    return Judgement("drift", "failed", _doc(drift), most, limit, len(rows), rows, f"{name} moved by {most:.1%}")


def _shares(figures: Mapping[str, Any]) -> dict[str, float]:
    told = [(name, size) for name, _, size in figures.get("languages", ())]
    total = sum(size for _, size in told) or 1
    return {name: size / total for name, size in told}


def _has_blobs(rows: Rows) -> bool:
    return any("blob" in found for found in rows.columns.values())


def _asked(name: str, gate: Gate, asked: Asked, condition: str, why: str) -> Judgement:
    """Judge by the rows that meet a condition."""
    (number,) = asked.rows.ask(f"select count(*) from rows where {condition}")[0]
    if not number:
        return Judgement(name, "passed", _doc(gate))
    said = "case when source = '' then shard || '#' || number else source end"
    rows = asked.rows.ask(f"select {said} from rows where {condition} order by shard, number limit {MOST}")
    return Judgement(name, "failed", _doc(gate), failing=int(number), rows=_first(rows), why=f"{number} rows {why}")


def _judged(
    name: str, gate: Gate, wrong: list[str], why: str, value: float = -1.0, threshold: float = -1.0
) -> Judgement:
    if not wrong:
        return Judgement(name, "passed", _doc(gate), value, threshold)
    return Judgement(name, "failed", _doc(gate), value, threshold, len(wrong), tuple(wrong[:MOST]), why)


def _first(rows: list[tuple[Any, ...]]) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in rows)


def _doc(gate: Gate) -> str:
    return str(gate.__doc__)


#: Every gate over rows, in the order in which they are asked.
GATES: tuple[Gate, ...] = (readable, schema, counts, complete, licences, duplicates, leakage, drift)


def judge(asked: Asked) -> Iterator[Judgement]:
    """Ask every gate over rows."""
    for gate in GATES:
        yield gate(asked)
