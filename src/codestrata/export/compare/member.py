"""Am I in it? What a dataset has of one repository, or why it has nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.export.compare.sides import of_folder
from codestrata.export.policy import Entry, RepositoryOptOut
from codestrata.export.reading.dataset import Folder
from codestrata.store.tables import connect

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Membership:
    """What a dataset has of a repository.

    ``name``: as the dataset calls it, or as it was asked for; ``listed``: the dataset was made from it. ``commits`` and
    ``licences`` are those of its rows, ``splits`` counts them; ``left_out``: reason → files of it that are not there.
    """

    name: str
    listed: bool
    origin: str
    rows: int
    files: int
    bytes: int
    commits: tuple[str, ...]
    licences: tuple[str, ...]
    splits: Mapping[str, int]
    left_out: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def member(out: Path, name: str) -> Membership:
    """Look for a repository, by name, URL, purl or id; case does not matter. Raises InvalidInput for no dataset."""
    con, asked = connect(), RepositoryOptOut([Entry(name)])
    said = Folder.at(out).said
    ours = [one for one in said["inputs"]["repositories"] if asked.covering(one["name"], (one["origin"], one["id"]))]
    ours = ours or [one for one in said["inputs"]["repositories"] if one["name"].lower() == name.lower()]
    of_folder(con, "a", out)
    if not ours:
        return Membership(name, False, "", 0, 0, 0, (), (), {}, {})  # noqa: FBT003 -- the first of many fields
    names = [one["name"] for one in ours]
    called, origin = ", ".join(names), ", ".join(one["origin"] for one in ours)
    return Membership(name=called, listed=True, origin=origin, **_counted(con, names))


def _counted(con: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, Any]:
    mine = "from a_rows where list_contains(?, repository)"
    ((rows, files, size),) = con.execute(
        f"select count(*), count(distinct (repository, path)), coalesce(sum(size), 0) {mine}", [names]
    ).fetchall()
    listed = {}
    for name in ("commit", "licence"):
        found = con.execute(f'select distinct "{name}" {mine} order by 1', [names]).fetchall()
        listed[f"{name}s"] = tuple(row[0] for row in found)
    splits = con.execute(f"select split, count(*) {mine} group by split order by split", [names]).fetchall()
    gone = con.execute(
        "select reason, count(*) from a_gone where list_contains(?, repository) group by 1 order by 2 desc, 1", [names]
    ).fetchall()
    return {"rows": rows, "files": files, "bytes": int(size), **listed, "splits": dict(splits), "left_out": dict(gone)}
