"""Which texts nobody has looked through yet."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from codestrata.engine.base import View
from codestrata.engine.pieces import cut, named
from codestrata.export.decide.columns import Coded, varlen
from codestrata.git.objects import Batch, Objects
from codestrata.model.text import AS_IT_IS, to_utf8
from codestrata.store.columns import Columns, Varlen, rows, take

#: A piece holds at most so many bytes, but one blob at least, and so many blobs.
PIECE_BYTES, PIECE_ROWS = 64_000_000, 8192


def due(view: View, done: str) -> Columns:
    """List texts in the order of the repositories: blob, encoding, size, place (index of the snapshot), instead.

    done: SQL of a table of blobs that are done, or "". ``instead``: other snapshots that hold the blob, with commas.
    """
    held = named(view)
    facts = view.files("facts", stage="analyze.facts", version=_facts_version(view))
    if not held or not facts:
        return {"blob": Varlen.of([], text=False)}
    less = f"anti join {done} using (blob)" if done else ""
    return view.tables.query(f"""
        with told as (select distinct blob, encoding from {view.tables.scan(facts)}
                      where problem = '' and not "binary" and encoding not in ('', 'unknown') and lexemes > 0),
             held as (select * from ({held}) join told using (blob) {less})
        select blob, min(encoding) as encoding, min(size) as size, min(place) as place,
               arg_min(file_row_number, place) as nth, string_agg(distinct place::varchar, ',') as instead
        from held group by blob order by place, nth, blob""")


def _facts_version(view: View) -> str:
    """Give the version of the facts that this run's paths were annotated by; "" (the newest) where none says."""
    return next((str(result["facts"]) for result in view.results("analyze.paths") if "facts" in result), "")


def pieces(texts: Columns) -> Iterator[Columns]:
    """Cut texts into pieces of bounded size."""
    if not rows(texts):
        return
    for start, end in cut(np.asarray(texts["size"], np.int64), PIECE_BYTES, PIECE_ROWS):
        yield take(texts, np.arange(start, end))


def digest(piece: Columns) -> str:
    """Digest the blobs of a piece, and how they are read."""
    made = hashlib.blake2b(digest_size=16)
    for name in ("blob", "encoding"):
        made.update(varlen(piece, name).offsets.tobytes() + varlen(piece, name).data.tobytes())
    return made.hexdigest()


def places(view: View, piece: Columns) -> list[dict[str, Any]]:
    """Say where the texts of a piece lie, as JSON: stores to ask in turn, ids, encodings, and their rows."""
    snapshots, which, found = view.snapshots(), np.asarray(piece["place"]), []
    others = varlen(piece, "instead").strings()
    for first in np.flatnonzero(np.bincount(which)).tolist():
        held = np.flatnonzero(which == first)
        more = {int(i) for k in held.tolist() for i in others[k].split(",")} - {first}
        encodings = Coded.of(varlen(piece, "encoding").take(held))
        found.append(
            {
                "git_dirs": [snapshots[i].git_dir for i in (first, *sorted(more))],
                "ids": base64.b64encode(varlen(piece, "blob").take(held).data.tobytes()).decode(),
                "rows": held.tolist(),
                "encodings": encodings.words,
                "encoding": encodings.codes.tolist(),
            }
        )
    return found


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts that lie end to end: blobs, arena, offsets; rows, the place of each in its piece."""

    blobs: Varlen
    batch: Batch
    rows: Any


def texts(place: Mapping[str, Any], workspace: Path) -> Iterator[Texts]:
    """Read the texts of one place, as UTF-8, batch by batch; what no store can give is not given."""
    count = len(place["rows"])
    ids = np.frombuffer(base64.b64decode(place["ids"]), np.uint8).reshape(count, -1)
    encodings = [place["encodings"][code] for code in place["encoding"]]
    left, whose = np.arange(count), np.array(place["rows"], np.int64)
    for git_dir in place["git_dirs"]:
        objects = Objects(workspace / git_dir)
        for batch in objects.read(ids[left]):
            mine = left[batch.rows]
            yield Texts(Varlen.fixed(ids[mine]), _utf8(batch, [encodings[i] for i in mine.tolist()]), whose[mine])
        left = left[np.concatenate([objects.missing, objects.oversized, objects.damaged]).astype(np.int64)]
        if not len(left):
            return


def _utf8(batch: Batch, encodings: list[str]) -> Batch:
    if set(encodings) <= AS_IT_IS:
        return batch
    read = Varlen.of((to_utf8(batch[k], one) for k, one in enumerate(encodings)), text=False)
    return Batch(read.data, read.offsets, batch.rows)
