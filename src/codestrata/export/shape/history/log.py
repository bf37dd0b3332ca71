"""Changes of a repository's history, each with its commit and with what its file is called in the snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codestrata.model import Completeness
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import IO, View
    from codestrata.model import Snapshot

#: Table → its files.
Told = Mapping[str, Sequence[str]]
_COMMIT = "parents, author_name, author_email, author_time, committer_time, subject, message"
_CHANGE = "status, path, old_path, old_blob, new_blob"
#: The tables of ingest that history is.
TABLES = ("commits", "changes")


def history(view: View, snapshot: Snapshot) -> tuple[Mapping[str, Sequence[str]], int] | None:
    """Give the files of a repository's history and how many commits they hold; None where it is cut.

    A blobless clone has history, and of its texts what lies there by chance.
    """
    files = {name: view.files(name, subject=snapshot.repository_id) for name in TABLES}
    if snapshot.completeness is Completeness.SHALLOW or not all(files.values()):
        return None
    return {name: [f.path for f in listed] for name, listed in files.items()}, sum(f.rows for f in files["commits"])


def changes(io: IO | View, told: Told, first: int, last: int, most_files: int) -> Iterator[dict[str, Any]]:
    """Give the changes of commits ``first`` to ``last`` (rows of **commits**) with one parent and few enough files.

    Newest first. Beside the columns of both tables: ``of``, how many files the commit changed; ``head``, the name that
    the file has in the snapshot, or would have; ``nth``, the change's row.
    """
    scan = io.tables.scan
    found = io.tables.query(f"""
        with log as (select "commit", {_COMMIT}, row_number() over (order by file_index, file_row_number) - 1 as place
                     from {scan(told["commits"])}),
             ours as (select * exclude (place) from log where place between {first} and {last}
                      and parents <> '' and parents not like '% %'),
             numbered as (select "commit", {_CHANGE},
                              row_number() over (order by file_index, file_row_number) - 1 as nth
                          from {scan(told["changes"])}),
             few as (select *, count(*) over (partition by "commit") as of
                     from numbered semi join ours using ("commit"))
        select "commit", {_COMMIT}, {_CHANGE}, nth::bigint as nth, of::bigint as of
        from ours join few using ("commit") where of <= {most_files} order by nth""")
    names = _Names(_renames(io, told))
    for row in rows_of(found):
        yield {**row, "head": names.at(row["nth"], row["path"])}


def _renames(io: IO | View, told: Told) -> list[dict[str, Any]]:
    found = io.tables.query(f"""
        select nth::bigint as nth, path, old_path from (select path, old_path, status,
            row_number() over (order by file_index, file_row_number) - 1 as nth from {io.tables.scan(told["changes"])})
        where status = 'R' order by nth""")
    return list(rows_of(found))


class _Names:
    """What files are called in the snapshot, going back through the renames of history, the newest first."""

    def __init__(self, renames: Sequence[Mapping[str, Any]]) -> None:
        self._left = list(reversed(renames))
        self._now: dict[bytes, bytes] = {}

    def at(self, nth: int, path: bytes) -> bytes:
        """Give the name of what was called ``path`` after change ``nth``; to be asked in rising order."""
        while self._left and self._left[-1]["nth"] < nth:
            one = self._left.pop()
            self._now[one["old_path"]] = self._now.get(one["path"], one["path"])
        return self._now.get(path, path)
