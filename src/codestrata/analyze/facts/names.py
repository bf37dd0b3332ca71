"""The ``analyze.names`` stage: what of each file's name analysis depends on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.keys import Keys, keys_of
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Columns, Varlen

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
        table = pairs(files)
        return Outcome({"names": table}, result={"pairs": len(table["blob"])})


def pairs(files: Columns) -> Columns:
    """Give each distinct (blob, name_key) of the regular files with its size, by key and first path."""
    paths, blobs = files["path"], files["blob"]
    assert isinstance(paths, Varlen)  # noqa: S101 -- the files schema says so
    assert isinstance(blobs, Varlen)  # noqa: S101 -- same
    keys, regular = keys_of(paths), np.flatnonzero(np.isin(np.asarray(files["mode"]), REGULAR))
    first, sizes = _first(regular, blobs, keys, np.asarray(files["size"]))
    return {"blob": blobs.take(first), "name_key": keys.column().take(first), "size": sizes}


def _first(
    rows: NDArray[np.int64], blobs: Varlen, keys: Keys, sizes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the first of the rows of each distinct (blob, key), by key and row, and the least size of its rows."""
    count = len(keys.distinct)
    place = np.empty(count, np.int64)  # of each key in their order
    place[np.array(sorted(range(count), key=keys.distinct.__getitem__), np.int64)] = np.arange(count)
    blob, _ = distinct(blobs.data, blobs.offsets[rows], blobs.offsets[rows + 1])
    pair = blob * count + keys.codes[rows]
    order = np.argsort(pair, kind="stable")
    begins = np.flatnonzero(np.diff(pair[order], prepend=-1))
    first = rows[order[begins]]
    least = np.minimum.reduceat(sizes[rows[order]], begins) if len(begins) else sizes[rows]
    listed = np.lexsort((first, place[keys.codes[first]]))
    return first[listed], least[listed]
