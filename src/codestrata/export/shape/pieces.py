"""Kept files in pieces: of one repository each, cut where contents say so.

A plan holds the rows of a few repositories at a time, a piece its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.engine.base import Partition, View
from codestrata.export.decide.columns import varlen
from codestrata.export.private import kept_edits
from codestrata.export.shape.base import NAME
from codestrata.export.shape.known import Known, known
from codestrata.export.shape.piece import COLUMNS, PIECE_BYTES, SAME, SELECT, Piece
from codestrata.export.write.layout import boundaries
from codestrata.store.columns import Columns, Varlen, rows, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from codestrata.store.records import TableFile

#: Rows of decisions that a plan holds at once, a repository at least.
_HELD = 200_000


def plan(
    view: View,
    recipe: str,
    version: str,
    told: Mapping[str, Any],
    *,
    whole: bool = False,
    of_blobs: Mapping[str, str] | None = None,
    of_repository: Mapping[str, str] | None = None,
    versions: Mapping[str, str] | None = None,
    each: Callable[[str], Mapping[str, Any]] = lambda _: {},
) -> Iterator[Partition]:
    """Give one partition for each piece of the kept files; ``told`` is what else its rows depend on, as JSON.

    ``whole``: a repository is never cut. ``of_blobs``: tables with rows of blobs (definitions, imports, …) that
    :meth:`Piece.table` is to give, with the stage that makes them; ``of_repository``: the same for tables with a file
    for each repository (edges, modules, …); ``versions``: of the stages that make them, where it is not the newest.
    ``each`` gives what the rows of one repository depend on besides, by its id.
    """
    (file,) = view.planned("export.decide", "decisions")
    places = {s.repository_id: (s.git_dir, index) for index, s in enumerate(view.snapshots())}
    origins = {r.id: r.public_origin for r in view.repositories()}
    said = known(view, of_blobs or {}, of_repository or {}, versions or {})
    for kept in _repositories(view, file):
        owner = varlen(kept, "repository_id")[0].decode()
        also = {**told, **each(owner)}
        git_dir, index = places[owner]
        edits = kept_edits(view, kept)
        for start, end in [(0, rows(kept))] if whole else _cut(kept):
            piece = take(kept, np.arange(start, end))
            at = np.asarray(piece.pop("row"))
            own = edits.among(varlen(piece, "blob")) if edits.of else edits
            size = int(np.maximum(np.asarray(piece["size"]), 0).sum())
            yield Partition(
                NAME,
                version,
                {
                    "recipe": recipe,
                    "files": _digest(piece),
                    "origin": origins[owner],
                    **said.spec(index),
                    **own.told(),
                    **also,
                },
                title=f"{recipe} {varlen(piece, 'full_name')[0].decode()}",
                priority=float(size),
                weight=max(1, size // 1_000_000),
                hint={
                    "repository": owner,
                    "decisions": file.path,
                    "rows": [int(at[0]), int(at[-1])],
                    "git_dir": git_dir,
                    "tables": said.paths(index),
                    "edits": own.packed(),
                },
            )


def _repositories(view: View, file: TableFile) -> Iterator[Columns]:
    """Give the kept rows of each repository that has some, with their number as ``row``, in the dataset's order."""
    scan = view.tables.scan([file])
    edges = view.tables.query(f"""
        select min(file_row_number) as first, max(file_row_number) as last from {scan} where kept
        group by repository_id order by first""")
    firsts, lasts = np.asarray(edges["first"]).tolist(), np.asarray(edges["last"]).tolist()
    at = 0
    while at < len(firsts):
        end = next((i for i in range(at + 1, len(firsts)) if lasts[i] - firsts[at] >= _HELD), len(firsts))
        within = f"where kept and file_row_number between {firsts[at]} and {lasts[end - 1]} order by file_row_number"
        kept = view.tables.read([file], f"{SELECT}, file_row_number as row", within)
        numbers = np.asarray(kept["row"])
        for one in range(at, end):
            yield take(kept, np.arange(*np.searchsorted(numbers, [firsts[one], lasts[one] + 1])))
        at = end


def _cut(kept: Columns) -> list[tuple[int, int]]:
    """Cut the rows of a repository where contents say so, if it is large."""
    ids = varlen(kept, "blob")
    last = ids.data[ids.offsets[1:] - 1].reshape(-1, 1)
    return boundaries(np.maximum(np.asarray(kept["size"]), 0), last, PIECE_BYTES)


def _digest(piece: Columns) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name, column in sorted(piece.items()):
        digest.update(name.encode())
        for part in (column.offsets, column.data) if isinstance(column, Varlen) else (column,):
            digest.update(np.ascontiguousarray(part).view(np.uint8).data)
    return digest.hexdigest()


__all__ = ["COLUMNS", "PIECE_BYTES", "SAME", "Known", "Piece", "plan"]
