"""The same idea elsewhere: definitions whose code is that of another, exactly, but for names, in shape, or nearly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.analyze.asking.families import families
from codestrata.analyze.asking.sources import Place, called, files_of, snapshots
from codestrata.errors import InvalidInput
from codestrata.model.paths import lines, readable
from codestrata.store.columns import Columns, Varlen
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View

#: Named nodes below which shapes agree by chance.
LEAST = 12


@dataclass(frozen=True, slots=True)
class Likeness:
    """A definition that is like another.

    ``kind``: ``same syntax`` (all but layout and comments; type 1 of Roy and Cordy, 2007), ``same shape`` (identifiers
    and literals differ; type 2), ``nearly`` (some lines differ; type 3). ``similarity``: exact Jaccard index of 5-word
    shingles, -1 where nobody compared. ``family``: the fork family of its repository.
    """

    address: str
    definition: str
    kind: str
    similarity: float
    family: int


def similar(view: View, place: Place) -> tuple[str, list[Likeness]]:
    """Give the definition around a place, and those like it: same syntax first, then same shape, other families first.

    Raises InvalidInput where no definition is around the place.
    """
    taken = snapshots(view)
    source, files = files_of(view, taken), view.files("definitions")
    if not source or not files:
        raise InvalidInput("no code was analysed here yet", hint="strata analyze looks for definitions")
    scan = view.tables.scan(files)
    whole = next(_around(view, scan, place), None)
    if whole is None:
        hint = "name a line inside a function or a type: repo:path#L10"
        raise InvalidInput("no definition is around this place", where=place.address, hint=hint)
    known: dict[str, Columns] = {
        "families_": {"place": np.arange(len(taken)), "family": np.array(families(view, taken), np.int64)}
    }
    near = "or d.shape_hash = " + str(whole["shape_hash"]) if whole["nodes"] >= LEAST else ""
    found = view.tables.query(
        f"""select distinct f.place::bigint as place, f.path, d.kind, d.owner, d.name, d.line, d.last_line,
            d.syntax_hash = {whole["syntax_hash"]} as same, family::bigint as family
        from {scan} d join {source} f using (blob) join families_ using (place)
        where (d.syntax_hash = {whole["syntax_hash"]} {near}) and d.kind = '{whole["kind"]}'
        order by same desc, family, place, f.path, d.line""",
        **known,
    )
    ours = next(i for i, (r, _) in enumerate(taken) if r.id == place.repository.id)
    rest = [r for r in rows_of(found) if (r["place"], r["path"], r["line"]) != (ours, place.path, whole["line"])]
    listed = []
    for row in rest:
        repository, snapshot = taken[row["place"]]
        at = Place(repository, snapshot, row["path"], b"", "", row["line"], row["last_line"])
        kind = "same syntax" if row["same"] else "same shape"
        listed.append(Likeness(at.address, called(row), kind, 1.0 if row["same"] else -1.0, row["family"]))
    known_ = {one.address for one in listed}
    listed += [one for one in _clustered(view, whole) if one.address not in known_ | {_address(place, whole)}]
    return f"{called(whole)}, {readable(place.path)}{lines(whole['line'], whole['last_line'])}", listed


def _address(place: Place, whole: dict[str, Any]) -> str:
    at = replace(place, first=whole["line"], last=whole["last_line"])
    return at.address


def _clustered(view: View, whole: dict[str, Any]) -> Iterator[Likeness]:
    """Give what the definition's cluster has, as clustering found it."""
    members = view.planned("analyze.clusters", "cluster_members")
    if not members:
        return
    scan = view.tables.scan(members)
    asked: Columns = {"blob": Varlen.of([whole["blob"]], text=False), "start": np.array([whole["start"]], np.int64)}
    found = view.tables.query(
        f"""select m.* exclude (file_row_number) from {scan} m
            where cluster in (select cluster from {scan} o join asked_ using (blob, start))
            order by similarity desc, family, repository_id, path, line""",
        asked_=asked,
    )
    names = {r.id: r.full_name for r in view.repositories()}
    told = {"syntax": "same syntax", "shape": "same shape", "near": "nearly"}
    for row in rows_of(found):
        at = readable(row["path"]) + lines(row["line"], row["last_line"])
        address = f"{names[row['repository_id']]}@{row['commit']}:{at}"
        yield Likeness(address, row["name"], told[row["how"]], round(row["similarity"], 3), row["family"])


def _around(view: View, scan: str, place: Place) -> Iterator[dict[str, Any]]:
    wanted: Columns = {"wanted": Varlen.of([place.blob], text=False)}
    line = max(place.first, 1)
    sql = (
        f"select * exclude (file_row_number) from {scan} where blob = (select wanted from wanted_)"
        f' and line <= {line} and last_line >= {line} order by "end" - start, start'
    )
    return rows_of(view.tables.query(sql, wanted_=wanted))
