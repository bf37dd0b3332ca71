"""The ``analyze.facts`` stage: every (blob, name key) that nobody has analysed yet.

What is due is a question asked of the tables: names less facts. Work is cut into pieces of bounded size over all
repositories of the run; a piece is named by the pairs in it, so it does not matter where the objects lie.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze import language, licence
from codestrata.analyze.facts.reading import annotate_anywhere
from codestrata.analyze.facts.schema import complete
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.engine.pieces import cut, named
from codestrata.kernels import measure
from codestrata.model import Snapshot
from codestrata.settings.analyze import AnalyzeSettings
from codestrata.store.columns import Columns, Varlen, concat, rows, take

NAME = "analyze.facts"
#: Raise the first when the same bytes may give other facts; what facts are made of has versions of its own.
VERSION = f"3.{language.VERSION}.{licence.VERSION}.{measure.VERSION}"
#: A piece holds at most so many bytes (but one blob at least) and so many blobs.
PIECE_BYTES = 64_000_000
PIECE_ROWS = 8192


def version(settings: AnalyzeSettings) -> str:
    """Give the version of facts made with these settings; under another limit other blobs are too large."""
    return f"{VERSION}.{settings.max_blob_bytes}"


class Facts:
    """Pairs without facts → table **facts** (see :mod:`codestrata.analyze.facts.schema`)."""

    name = NAME
    verb = "analyze"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """Cut what is due into pieces; a pair that several repositories hold is read from the first of them."""
        due = _due(view)
        if not rows(due):
            return
        sizes = np.asarray(due["size"], np.int64)
        limit = view.settings.analyze.max_blob_bytes
        for start, end in cut(np.where(sizes > limit, 0, sizes), PIECE_BYTES, PIECE_ROWS):
            yield _partition(view, take(due, np.arange(start, end)), limit)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read the blobs and analyse them."""
        limit, first = partition.spec["max_bytes"], 0
        tables: list[Columns] = []
        places: list[NDArray[np.int64]] = []
        counts = {"bytes": 0.0, "blobs": 0.0}
        for place in partition.hint["places"]:
            ids, keys, sizes = _unpack(place)
            stores = [io.workspace / git_dir for git_dir in place["git_dirs"]]
            for pairs, table in annotate_anywhere(stores, ids, keys, sizes, limit):
                tables.append(table)
                places.append(pairs + first)
                counts["bytes"] += float(np.asarray(table["size"]).sum())
                counts["blobs"] += rows(table)
                io.progress(int(counts["bytes"]) // 1_000_000)
            first += len(keys)
        # in the order of the pairs: where the objects lie must not show in the result
        if not tables:
            return Outcome({"facts": complete({}, 0)}, counts=counts)
        return Outcome({"facts": take(concat(tables), np.argsort(np.concatenate(places)))}, counts=counts)


def _due(view: View) -> Columns:
    """List the pairs to do in the order of the repositories: blob, name_key, size, place (index of the snapshot).

    ``instead`` names the other snapshots that hold the pair, by index, with commas between. A pair that none of them
    holds is not due: no piece says that it was done, and it is due once a store has it.
    """
    held = named(view)
    if not held:
        return {"blob": Varlen.of([], text=False)}
    known = view.files("facts", stage=NAME, version=version(view.settings.analyze))
    less = f"anti join {view.tables.scan(known)} using (blob, name_key)" if known else ""
    first = "select blob, name_key, min(place) as place, arg_min(file_row_number, place) as nth, min(size) as size"
    first += ", if(count(*) > 1, string_agg(place::varchar, ',' order by place), '') as instead"
    return view.tables.query(f"{first} from ({held}) {less} group by blob, name_key order by place, nth, name_key")


def _partition(view: View, due: Columns, limit: int) -> Partition:
    digest = hashlib.blake2b(digest_size=16)
    for name in ("blob", "name_key"):
        column = due[name]
        digest.update(column.offsets.tobytes() + column.data.tobytes())  # type: ignore[union-attr]
    snapshots, titles = view.snapshots(), {r.id: r.full_name for r in view.repositories()}
    which = np.asarray(due["place"])
    places = [
        _pack(i, snapshots, take(due, np.flatnonzero(which == i))) for i in np.flatnonzero(np.bincount(which)).tolist()
    ]
    first = titles[snapshots[int(which[0])].repository_id]
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    megabytes = max(1, int(np.asarray(due["size"]).sum()) // 1_000_000)
    spec = {"pairs": digest.hexdigest(), "max_bytes": limit}
    return Partition(
        NAME, version(view.settings.analyze), spec, title=f"{first}{more}", weight=megabytes, hint={"places": places}
    )


def _pack(first: int, snapshots: Sequence[Snapshot], due: Columns) -> dict[str, Any]:
    others = {int(i) for row in set(due["instead"].strings()) for i in row.split(",") if i} - {first}  # type: ignore[union-attr]
    blobs, keys = due["blob"], due["name_key"].strings()  # type: ignore[union-attr]
    distinct = list(dict.fromkeys(keys))
    index = {key: i for i, key in enumerate(distinct)}
    return {
        "git_dirs": [snapshots[i].git_dir for i in (first, *sorted(others))],
        "ids": base64.b64encode(blobs.data.tobytes()).decode(),
        "names": distinct,
        "name": [index[key] for key in keys],
        "sizes": np.asarray(due["size"]).tolist(),
    }


def _unpack(place: dict[str, Any]) -> tuple[NDArray[np.uint8], list[str], NDArray[np.int64]]:
    keys = [place["names"][i] for i in place["name"]]
    ids = np.frombuffer(base64.b64decode(place["ids"]), np.uint8).reshape(len(keys), -1)
    return ids, keys, np.array(place["sizes"], np.int64)
