"""What is known of a pipeline's results: newest per repository, as rows, and as Parquet files to take away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.store.schema import KINDS
from codestrata.workspace.adopting import STAGE, meant
from codestrata.workspace.fleet import FleetRow
from codestrata.workspace.rows import row_of

if TYPE_CHECKING:
    from codestrata.store.catalogue import Catalogue, KnownResult
    from codestrata.store.columns import Columns
    from codestrata.store.tables import Tables


@dataclass(frozen=True, slots=True)
class PipelineResults:
    """The newest result of every repository that one pipeline was run on, in the order of their names.

    ``types``: the pipeline's columns, name and type; ``shares``: those that are shares, from 0 to 1. ``tables``: table
    → path of the Parquet file that was written.
    """

    pipeline: str
    name: str
    rows: Sequence[FleetRow]
    types: Mapping[str, str]
    tables: Mapping[str, str]
    shares: Sequence[str] = ()


def results(catalogue: Catalogue, tables: Tables, pipeline: str, out: Path | None) -> PipelineResults:
    """Give the results of a pipeline ("": the one that ran last); with ``out`` all their tables are written there.

    Raises InvalidInput when nobody has run it.
    """
    known = [one for one in catalogue.known_results(STAGE) if meant(one.result, pipeline)]
    if not known:
        what = f"no results of a pipeline {pipeline!r}" if pipeline else "no pipeline has been run here"
        raise InvalidInput(what, where="ci results", hint="strata ci fleet PIPELINE runs one")
    last = known[-1].result
    newest = {one.subject: one for one in known if one.result["pipeline"] == last["pipeline"]}
    names = {r.id: r.full_name for r in catalogue.repositories()}
    ours = sorted(newest.values(), key=lambda one: (names[one.subject], one.subject))
    rows = [row_of(one.result, names[one.subject], known=True, seconds=0.0) for one in ours]
    types = dict(last["types"])
    written = _write(catalogue, tables, ours, _wide(rows, last["pipeline"], types), types, out) if out else {}
    return PipelineResults(last["pipeline"], last["name"], rows, types, written)


def _wide(rows: Sequence[FleetRow], pipeline: str, types: Mapping[str, str]) -> Columns:
    """Give the table **results**: a row for each repository, with the pipeline's columns.

    ``unknown`` names those that nothing is known of, with spaces between; here they have absent values.
    """
    from codestrata.store.columns import Varlen, column

    fixed: Columns = {
        "repository": Varlen.of([row.repository for row in rows]),
        "repository_id": Varlen.of([row.repository_id for row in rows]),
        "commit": Varlen.of([row.commit for row in rows]),
        "pipeline": Varlen.of([pipeline] * len(rows)),
        "result": Varlen.of([row.result for row in rows]),
        "reason": Varlen.of([row.reason for row in rows]),
        "unknown": Varlen.of([" ".join(name for name in types if row.columns[name] is None) for row in rows]),
    }
    told = {name: [_told(row.columns[name], kind) for row in rows] for name, kind in types.items()}
    return fixed | {name: column(told[name], KINDS[kind]) for name, kind in types.items()}


def _told(value: Any, kind: str) -> Any:
    """Give a value as tables in memory have it: without nulls."""
    from codestrata.ci.expressions.types import ABSENT

    return ABSENT[kind] if value is None else value


def _write_wide(tables: Tables, wide: Columns, types: Mapping[str, str], path: Path) -> None:
    """Write the table **results** with real nulls, which our own writer does not have: they meet no condition."""
    told = "string_split(unknown, ' ')"
    nulls = ", ".join(f'case when not list_contains({told}, \'{one}\') then "{one}" end as "{one}"' for one in types)
    replaced = f" replace ({nulls})" if nulls else ""
    tables.copy(f"select *{replaced} from wide", path, "(format parquet)", wide=wide)


def _write(
    catalogue: Catalogue,
    tables: Tables,
    ours: Sequence[KnownResult],
    wide: Columns,
    types: Mapping[str, str],
    out: Path,
) -> dict[str, str]:
    out.mkdir(parents=True, exist_ok=True)
    _write_wide(tables, wide, types, out / "results.parquet")
    written = {"results": str(out / "results.parquet")}
    paths: dict[str, list[str]] = defaultdict(list)
    for one in ours:
        for file in catalogue.files_of(STAGE, one.key):
            paths[file.table].append(file.path)
    for table, listed in sorted(paths.items()):
        target = out / f"{table}.parquet"
        tables.copy(f"select * exclude (file_row_number) from {tables.scan(listed)}", target, "(format parquet)")
        written[table] = str(target)
    return written
