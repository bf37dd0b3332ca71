"""The ``export.overlap`` stage: what texts share with evaluation sets, once per text and choice of lists.

Nothing is due while no list is asked for (setting ``export.decontaminate.lists``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import InvalidInput
from codestrata.export.overlap import due, functions
from codestrata.export.overlap.lists import chosen, digest, load
from codestrata.export.overlap.match import Lists, joined
from codestrata.store.columns import Columns, Varlen, rows, take

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from codestrata.settings.recipe import DecontaminateSettings
    from codestrata.store.records import TableFile

NAME = "export.overlap"
#: Raise it when the same text and lists may give other rows.
VERSION = "1"
#: What the version of partitions over definitions ends with: a run without trees does not go by them.
FUNCTIONS = ".functions"


def version(settings: DecontaminateSettings) -> str:
    """Give the version of overlaps with the lists in the settings; "" where none is named."""
    return f"{VERSION}.{digest([one for _, one in chosen(settings)])}" if settings.lists else ""


def spans(view: View) -> list[TableFile]:
    """List the files of table **overlaps** that a run goes by: what texts share, and functions where it has trees."""
    made_by = version(view.settings.export.decontaminate)
    kinds = ("", FUNCTIONS) if view.settings.analyze.levels else ("",)
    return [file for kind in kinds if made_by for file in view.files("overlaps", stage=NAME, version=made_by + kind)]


class Overlap:
    """Texts that the lists have not seen → tables **overlaps** and **overlapped** (blob: what was looked through).

    And definitions that they have not seen, where levels of patterns are asked for → table **overlaps**.
    """

    name = NAME
    verb = "export"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """Cut what is due into pieces. Raises InvalidInput for a list that cannot be used."""
        settings = view.settings.export.decontaminate
        if not settings.lists:
            return
        made_by, lists = version(settings), chosen(settings)
        digests, paths = [one.digest for _, one in lists], [str(path) for path, _ in lists]
        seen = view.files("overlapped", stage=NAME, version=made_by)
        done = f"(select blob from {view.tables.scan(seen)})" if seen else ""
        for piece in due.pieces(due.due(view, done)):
            size = int(np.asarray(piece["size"]).sum())
            yield Partition(
                NAME,
                made_by,
                {"texts": due.digest(piece), "lists": digests},
                title=f"{rows(piece)} texts",
                weight=max(1, size // 1_000_000),
                hint={"places": due.places(view, piece), "files": paths},
            )
        if view.settings.analyze.levels and any(len(one["functions"]) for _, one in lists):
            for file in view.files("definitions", stage="analyze.syntax"):
                spec = {"definitions": file.path, "lists": digests}
                title = f"{file.rows} definitions"
                yield Partition(NAME, made_by + FUNCTIONS, spec, title=title, hint={"files": paths})

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Look through the texts."""
        lists = [load(Path(path)) for path in partition.hint["files"]]
        if [one.digest for one in lists] != partition.spec["lists"]:
            raise InvalidInput("lists changed while they were looked for", hint="run it again")
        if "definitions" in partition.spec:
            return Outcome({"overlaps": functions.overlaps(io.tables, partition.spec["definitions"], lists)})
        joint, found, blobs = Lists.of(lists), Found(), []
        size = 0
        for place in partition.hint["places"]:
            for texts in due.texts(place, io.workspace):
                arena, offsets = texts.batch.arena, texts.batch.offsets
                found.add(joint.overlaps(texts.blobs, arena, offsets), texts.blobs, texts.rows)
                blobs.append((texts.rows, texts.blobs))
                size += int(offsets[-1])
                io.progress(size // 1_000_000)
        counts = {"bytes": size, "blobs": sum(len(which) for which, _ in blobs)}
        return Outcome({"overlaps": found.table(), "overlapped": {"blob": _in_order(blobs)}}, counts=counts)


class Found:
    """Rows of overlaps, put in the order of their piece: where objects lie must not show in the result."""

    def __init__(self) -> None:
        self.tables: list[Columns] = []
        self.order: list[NDArray[np.int64]] = []

    def add(self, table: Columns, blobs: Varlen, places: NDArray[np.int64]) -> None:
        """Take the rows of a batch of texts, which have these places in the piece."""
        if len(table["start"]):
            place = dict(zip(blobs, places.tolist(), strict=True))
            self.tables.append(table)
            self.order.append(np.array([place[blob] for blob in table["blob"]], np.int64))

    def table(self) -> Columns:
        """Give all rows."""
        whole = joined(self.tables)
        return take(whole, np.argsort(np.concatenate(self.order), kind="stable")) if self.order else whole


def _in_order(parts: list[tuple[NDArray[np.int64], Varlen]]) -> Varlen:
    pairs = sorted((row, blob) for which, blobs in parts for row, blob in zip(which.tolist(), blobs, strict=True))
    return Varlen.of([blob for _, blob in pairs], text=False)
