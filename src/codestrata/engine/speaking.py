"""Which files of a table speak of a snapshot: a plan names these alone, so that others may come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codestrata.engine.base import View
from codestrata.store.rows import rows_of
from codestrata.store.tables import TableFile

Speaking = list[list[TableFile]]


def speaking(
    view: View, tables: Mapping[str, Sequence[TableFile]], *, by: str = "blob", where: str = "true"
) -> dict[str, Speaking]:
    """Give, for each table and each snapshot by index, the files with rows of what the snapshot names.

    tables: name → its files; by: the columns, with commas between, that rows share with the table **names**; where:
    SQL of the rows that count. Files keep their order.
    """
    found: dict[str, Speaking] = {name: [[] for _ in view.snapshots()] for name in tables}
    said = [
        f"select distinct {by}, '{name}' as told, file_index::bigint as file"
        f" from {view.tables.scan(files)} where {where}"
        for name, files in tables.items()
        if files
    ]
    named = []
    for index, snapshot in enumerate(view.snapshots()):
        held = view.files("names", subject=snapshot.repository_id)
        named += [f"select distinct {index} as place, {by} from {view.tables.scan(held)}"] if held else []
    if not said or not named:
        return found
    pairs = f"({' union all '.join(named)}) join ({' union all '.join(said)}) using ({by})"
    for row in rows_of(view.tables.query(f"select distinct place, told, file from {pairs} order by all")):
        found[row["told"]][row["place"]].append(tables[row["told"]][row["file"]])
    return found
