"""The clusters of a run, each with its medoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codestrata.analyze.asking.rows import rows_of
from codestrata.analyze.asking.sources import readable

if TYPE_CHECKING:
    from codestrata.engine.base import View


def clusters(view: View, families: int, limit: int) -> list[dict[str, Any]]:
    """List clusters that so many fork families have at least: the most spread, then the largest, first."""
    told = view.planned("analyze.clusters", "clusters")
    members = view.planned("analyze.clusters", "cluster_members")
    if not told or not members:
        return []
    tail = f"limit {limit}" if limit else ""
    found = view.tables.query(
        f"""select c.* exclude (file_row_number), m.repository_id, m."commit", m.path, m.line, m.last_line
            from {view.tables.scan(told)} c join {view.tables.scan(members)} m using (cluster)
            where m.medoid and c.families >= {families}
            order by c.families desc, c.members desc, c.nodes desc, cluster {tail}"""
    )
    names = {r.id: r.full_name for r in view.repositories()}
    listed = []
    for row in rows_of(found):
        lines = f"#L{row.pop('line')}-L{row.pop('last_line')}"
        address = f"{names[row['repository_id']]}@{row.pop('commit')}:{readable(row.pop('path'))}{lines}"
        listed.append({**row, "address": address})
    return listed
