"""What each repository of a dataset is owed, from its decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codestrata.export.write.attribution import Credit

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.write.shaped import Owed
    from codestrata.store.tables import TableFile


#: Repository id → licence → rows.
Licences = dict[str, dict[str, int]]


def credits_of(view: View, decisions: Sequence[TableFile], owed: Owed | None = None) -> list[Credit]:
    """List what every repository with rows is owed, in the order of their names.

    ``owed``: the rows of a recipe whose rows are not files; else they are the kept files.
    """
    source = view.tables.scan(decisions)
    licences = _of_files(view, source) if owed is None else _of_rows(view, owed)
    proof = view.tables.query(
        f"with e as (select distinct repository_id, licence_source as p from {source}"
        f" where kept and licence_method = 'file')"
        f" select d.repository_id, e.p, lower(hex(d.blob)) as blob from {source} d join e"
        f" on d.repository_id = e.repository_id and d.path = encode(e.p) order by all"
    )
    folders = {s.repository_id: (view.workspace / s.git_dir, s.commit) for s in view.snapshots()}
    evidence: dict[str, dict[str, str]] = {}
    for i, path, blob in zip(*(_list(proof, c) for c in ("repository_id", "p", "blob")), strict=True):
        evidence.setdefault(i, {})[path] = blob
    return [
        Credit(
            repository_id=r.id,
            full_name=r.full_name,
            origin=r.public_origin,
            commit=folders[r.id][1],
            licences=tuple(sorted(licences[r.id])),
            rows=sum(licences[r.id].values()),
            git_dir=folders[r.id][0],
            evidence=evidence.get(r.id, {}),
        )
        for r in sorted(view.repositories(), key=lambda r: (r.full_name, r.id))
        if r.id in licences
    ]


def _of_files(view: View, source: str) -> Licences:
    kept = view.tables.query(
        f"select repository_id, licence, count(*)::bigint as n from {source} where kept group by all order by all"
    )
    licences: Licences = {}
    for i, name, n in zip(*(_list(kept, c) for c in ("repository_id", "licence", "n")), strict=True):
        licences.setdefault(i, {})[name or "NOASSERTION"] = n
    return licences


def _of_rows(view: View, owed: Owed) -> Licences:
    commits = {s.repository_id: s.commit for s in view.snapshots()}
    mine: dict[str, list[str]] = {}
    for r in view.repositories():
        mine.setdefault(r.full_name, []).append(r.id)
    licences: Licences = {}
    for (name, commit, licence), n in sorted(owed.rows.items()):
        of_commit = [i for i in mine.get(name, ()) if commits.get(i) == commit]
        for i in of_commit or mine.get(name, []):  # rows of commits name earlier ones: all of that name are owed
            known = licences.setdefault(i, {})
            known[licence or "NOASSERTION"] = known.get(licence or "NOASSERTION", 0) + n
    return licences


def _list(columns: Mapping[str, Any], name: str) -> list[Any]:
    if not columns:
        return []
    column = columns[name]
    return column.strings() if hasattr(column, "strings") else column.tolist()  # type: ignore[no-any-return]
