"""Which rows of a dataset an entry of an opt-out list is about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from codestrata.export.policy import Entry, FileOptOut, RepositoryOptOut

if TYPE_CHECKING:
    import duckdb

    from codestrata.export.reading.dataset import Folder


def mark(con: duckdb.DuckDBPyConnection, folder: Folder, entry: Entry) -> int:
    """Make table **gone** (shard, number) of the rows of table **rows** that an entry covers; gives how many.

    A row that is made of several files goes with any of them; one that does not say which goes, too.
    """
    con.execute("create table gone (shard text, number bigint)")
    whole, files = RepositoryOptOut([entry]), FileOptOut.of([entry])
    for one in folder.said["inputs"]["repositories"]:
        if whole.covering(one["name"], (one["origin"], one["id"], *_given(one["row"]))):
            con.execute("insert into gone select shard, number from rows where repository = ?", [one["name"]])
    for blob in files.blobs:
        name = blob.hex()
        asked = "insert into gone select shard, number from rows where blob = ? or old_blob = ? or contains(paths, ?)"
        con.execute(asked, [name, name, name])
    marked = list(_by_path(con, folder, files))
    if marked:
        con.executemany("insert into gone values (?, ?)", marked)
    con.execute("create or replace table gone as select distinct shard, number from gone")
    (count,) = con.execute("select count(*) from gone").fetchall()[0]
    return int(count)


def _given(row: Any) -> Iterator[str]:
    """Give what the input row called the repository: URLs and purls."""
    for cell in dict(row.get("columns", {})).values():
        if isinstance(cell, str) and ("://" in cell or cell.startswith("pkg:")):
            yield cell


def _by_path(con: duckdb.DuckDBPyConnection, folder: Folder, files: FileOptOut) -> Iterator[tuple[str, int]]:
    for one in folder.said["inputs"]["repositories"]:
        globs = [pattern for pattern, _ in files.globs(one["name"])]
        if not globs:
            continue
        asked = "select shard, number, path, old_path, paths from rows where repository = ?"
        for shard, number, path, old, paths in con.execute(asked, [one["name"]]).fetchall():
            named = [name for name in (path, old, *(_listed(paths))) if name]
            if not named or any(glob.match(name.encode()) for glob in globs for name in named):
                yield shard, number


def _listed(paths: str) -> list[str]:
    """Read a row's list of paths: JSON, or one a line."""
    if not paths.startswith("["):
        return paths.splitlines()
    return [one if isinstance(one, str) else str(one.get("path", "")) for one in json.loads(paths)]
