"""Duplicates as a dataset tells them: pairs and clusters in ``duplicates/``, and what leaving them out saves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.export.settle.stage import NAME
from codestrata.export.text import readable_paths
from codestrata.store.columns import Varlen
from codestrata.store.parquet import write_table

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.store.tables import TableFile

FOLDER = "duplicates"
#: Reasons that say whose twin something is, and how.
ENDING = "_duplicate"
_GONE = f"where reason like '%\\{ENDING}' escape '\\'"
_PAIRS = f"""
    select survivor_row, file_row_number as member_row, survivor_repository, survivor_path,
        lower(hex(survivor_blob)) as survivor_blob, full_name as repository, path, lower(hex(blob)) as blob, jaccard,
        left(reason, -{len(ENDING)}) as how, greatest(size, 0) as size, greatest(tokens, 0) as tokens
    from {{scan}} {_GONE} order by file_row_number"""
_CLUSTERS = f"""
    select survivor_row, any_value(survivor_repository) as survivor_repository, any_value(survivor_path) as
        survivor_path, lower(hex(survivor_blob)) as survivor_blob, count(*)::bigint as members,
        count(distinct repository_id)::bigint as repositories, min(jaccard) as least_jaccard,
        string_agg(distinct left(reason, -{len(ENDING)}), ',' order by left(reason, -{len(ENDING)})) as how,
        sum(greatest(size, 0))::bigint as bytes, sum(greatest(tokens, 0))::bigint as tokens
    from {{scan}} {_GONE} group by survivor_row, survivor_blob order by members desc, survivor_row, survivor_blob"""


def saved(view: View) -> dict[str, dict[str, int]]:
    """Count what went as a duplicate, by kind: files, bytes and tokens; rows of a shape by kind, too."""
    (counted,) = view.results("export.decide")
    found = {
        reason.removesuffix(ENDING): {name: int(group[name]) for name in ("files", "bytes", "tokens")}
        for reason, group in counted["removed"].items()
        if reason.endswith(ENDING)
    }
    for settled in view.results(NAME):
        for reason, group in settled["removed"].items():
            if not reason.endswith(ENDING):
                continue
            found[f"{reason.removesuffix(ENDING)}, rows"] = {name: int(count) for name, count in group.items()}
    return dict(sorted(found.items()))


def leaks(view: View) -> dict[str, int]:
    """Count the rows of a shape that went because their twin is in another split, and the bytes of their text."""
    return next((dict(one["removed"].get("leak", {})) for one in view.results(NAME)), {})


def write(view: View, decisions: Sequence[TableFile], out: Path) -> None:
    """Write ``duplicates/`` into the dataset folder, where setting ``export.dedup.tables`` asks for it."""
    if not view.settings.export.dedup.tables:
        return
    (out / FOLDER).mkdir()
    for name, sql in (("pairs", _PAIRS), ("clusters", _CLUSTERS)):
        columns: dict[str, Any] = view.tables.query(sql.format(scan=view.tables.scan(decisions)))
        for column in ("path", "survivor_path"):
            if isinstance(columns.get(column), Varlen):
                columns[column] = readable_paths(columns[column])
        write_table(out / FOLDER / f"{name}.parquet", columns)
