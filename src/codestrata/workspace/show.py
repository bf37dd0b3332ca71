"""One repository, shown: what it is, what is known of it, and what became of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.engine.view import RunView
    from codestrata.model import Repository
    from codestrata.store.catalogue import Catalogue

#: Rows of a list; the dataset has the rest.
MOST = 12


def show(catalogue: Catalogue, view: RunView, name: str) -> dict[str, Any]:
    """Give ``repository`` (name → value) and ``tables`` (title → rows, each name → value). Raises InvalidInput."""
    repository = catalogue.repository(name)
    if repository is None:
        raise InvalidInput("no such repository", where=name, hint="strata status --all lists them")
    state = next(s for s in catalogue.reports.status() if s.repository_id == repository.id)
    status = f"{state.status} ({state.reason})" if state.reason else str(state.status)
    snapshot = next((s for s in view.snapshots() if s.repository_id == repository.id), None)
    facts: dict[str, Any] = {
        "name": repository.full_name,
        "origin": str(repository.origin),
        "id": repository.id,
        "status": status,
    }
    if snapshot:
        facts |= {"commit": snapshot.commit, "ref": snapshot.ref, "files": snapshot.files, "bytes": snapshot.bytes}
        facts |= {"history": str(snapshot.completeness)}
        if snapshot.quarantine:
            facts["quarantine"] = snapshot.quarantine
    return {"repository": facts, "tables": _tables(repository, view)}


def _tables(repository: Repository, view: RunView) -> dict[str, list[dict[str, Any]]]:
    from codestrata.store.rows import rows_of

    decisions = view.planned("export.decide", "decisions")
    if not decisions:
        return {}
    source = f"{view.tables.scan(decisions)} where repository_id = '{repository.id}'"
    count = "count(*)::bigint as files, count(*) filter (where kept)::bigint as kept, sum(size)::bigint as bytes"
    asked = {
        "languages": f"select language, {count} from {source} group by language order by bytes desc, language",
        "licences": f"select licence, {count} from {source} group by licence order by bytes desc, licence",
        "decisions": f"select if(kept, 'kept', reason) as decision, count(*)::bigint as files,"
        f" sum(size)::bigint as bytes from {source} group by decision order by files desc, decision",
    }
    return {title: list(rows_of(view.tables.query(f"{sql} limit {MOST}"))) for title, sql in asked.items()}
