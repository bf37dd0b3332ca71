"""The ``analyze.names`` stage: what of each file's name analysis depends on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from codestrata.analyze.language import name_keys
from codestrata.analyze.licence import joined
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.store.columns import Varlen, take

NAME = "analyze.names"
#: Raise it when a path may get another name key.
VERSION = "2"
#: Modes of regular files; links and submodules have no facts.
REGULAR = (0o100644, 0o100755)


class Names:
    """Files of a snapshot → table **names**: each distinct (blob, name_key) with its size, by key and first path."""

    name = NAME
    verb = "analyze"
    unit = "files"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition per snapshot."""
        titles = {r.id: r.full_name for r in view.repositories()}
        for snapshot in view.snapshots():
            for file in view.files("files", subject=snapshot.repository_id):
                yield Partition(
                    NAME,
                    VERSION,
                    # two repositories may have the same tree; each needs a result of its own
                    {"files": file.path, "repository": snapshot.repository_id},
                    title=titles[snapshot.repository_id],
                    subject=snapshot.repository_id,
                    weight=max(1, file.rows),
                )

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Name the regular files."""
        source = io.tables.scan([partition.spec["files"]])
        files = io.tables.query(f"select path, blob, size, mode from {source} order by file_row_number")
        files = take(files, np.flatnonzero(np.isin(files["mode"], REGULAR)))  # type: ignore[arg-type]
        paths = files["path"]
        assert isinstance(paths, Varlen)  # noqa: S101 -- the files schema says so
        keyed = {"blob": files["blob"], "size": files["size"], "name_key": Varlen.of(joined(name_keys(paths), paths))}
        keyed["nth"] = np.arange(len(paths))
        distinct = (
            "select blob, name_key, min(size) as size from keyed group by blob, name_key order by name_key, min(nth)"
        )
        table = io.tables.query(distinct, keyed=keyed)
        return Outcome({"names": table}, result={"pairs": len(table["blob"])})
