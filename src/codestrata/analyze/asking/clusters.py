"""The clusters of a run, each with its medoid; and shapes of statements that recur: idioms nobody wrote a rule for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.analyze.asking.families import families as families_of
from codestrata.analyze.asking.sources import files_of, snapshots
from codestrata.model.paths import lines, readable
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View

#: Named nodes from which a shape says more than "a call with two arguments".
LEAST = 14


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
        cited = lines(row.pop("line"), row.pop("last_line"))
        address = f"{names[row['repository_id']]}@{row.pop('commit')}:{readable(row.pop('path'))}{cited}"
        listed.append({**row, "address": address})
    return listed


def shapes(view: View, families: int, limit: int) -> list[dict[str, Any]]:
    """List shapes of statements and small definitions that recur in so many fork families at least.

    A shape is a tree of 5 to 60 kinds without names and literals. They are ranked by how many families have them times
    how much shorter the code would be if each were written once. Source: Allamanis and Sutton, "Mining idioms from
    source code" (FSE 2014).
    """
    taken = snapshots(view)
    source, told = files_of(view, taken), view.files("shapes")
    if not source or not told:
        return []
    found = view.tables.query(
        f"""with held as (select distinct f.place, f.path, s.* exclude (file_row_number) from {view.tables.scan(told)} s
                join {source} f using (blob) where nodes >= {LEAST} and s.kind not like '%import%'),
            ranked as (select shape_hash, language, any_value(kind) as kind, max(nodes)::bigint as nodes,
                count(distinct r.family)::bigint as families, count(distinct place)::bigint as repositories,
                sum("count")::bigint as places, arg_min({{'p': place, 'f': path, 'a': line, 'z': last_line}},
                    (last_line - line, place, path)) as best
                from held join families_ r using (place) group by shape_hash, language
                having count(distinct r.family) >= {families} and sum("count") > 1)
        select hex(shape_hash) as shape, language, kind, nodes, families, repositories, places,
            (families * ln(nodes * (places - 1) + 1))::double as weight, best.p::bigint as place, best.f as path,
            best.a::bigint as line, best.z::bigint as last_line
        from ranked order by weight desc, shape {f"limit {limit}" if limit else ""}""",
        families_={"place": np.arange(len(taken)), "family": np.array(families_of(view, taken), np.int64)},
    )
    listed = []
    for row in rows_of(found):
        repository, snapshot = taken[row.pop("place")]
        cited = lines(row.pop("line"), row.pop("last_line"))
        row["address"] = f"{repository.full_name}@{snapshot.commit}:{readable(row.pop('path'))}{cited}"
        listed.append({**row, "weight": round(row["weight"], 3)})
    return listed
