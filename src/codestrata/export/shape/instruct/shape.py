"""Recipe instruct: functions of kept files, asked for by their documentation → table **samples_instruct**."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.export.decide.columns import varlen
from codestrata.export.shape import pieces, trees
from codestrata.export.shape.base import COMMON, table
from codestrata.export.shape.instruct import mended
from codestrata.export.shape.instruct.around import Around
from codestrata.export.shape.instruct.docs import description
from codestrata.export.shape.instruct.functions import SELECT, WHERE, Function
from codestrata.export.shape.instruct.gates import Candidate, failed
from codestrata.export.shape.instruct.rows import FIELDS, columns, row_of
from codestrata.export.shape.learned import TOKENS
from codestrata.export.shape.pieces import Piece
from codestrata.export.shape.source import sources
from codestrata.export.shape.whole import repositories
from codestrata.settings.shape import InstructSettings

#: Tables of syntax that rows are made of.
TABLES = ("syntax", "definitions", "imports", "calls")


class Instruct:
    """Kept files and their trees → table **samples_instruct**."""

    recipe = "instruct"
    compared = "answer"
    version = "3"
    learned = "messages"
    fields = (*COMMON, *FIELDS, TOKENS)

    def plan(self, view: View) -> Iterator[Partition]:
        """Partitions of pieces of the kept files, then of issues. Raises InvalidInput where nothing was parsed."""
        (decisions,) = view.planned("export.decide", "decisions")
        owners = repositories(view, decisions)
        if owners:
            trees.require(view, decisions)
        of_blobs = dict.fromkeys(TABLES, trees.STAGE)
        settings = {"instruct": view.settings.export.instruct.model_dump()}
        for one in pieces.plan(view, self.recipe, self.version, settings, of_blobs=of_blobs):
            owner = next(o for o in owners if o["first"] <= one.hint["rows"][0] <= o["last"])
            spec = {**one.spec, "repository": owner["digest"]}
            yield replace(one, spec=spec, hint={**one.hint, "repository": [owner["first"], owner["last"]]})
        yield from mended.plan(view, decisions, self.recipe, self.version)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Find the functions, ask the gates, and put around each what its repository says of it."""
        if partition.spec.get("part") == mended.PART:
            return self._issues(partition, io)
        settings = InstructSettings.model_validate(partition.spec["instruct"])
        piece = Piece.of(partition, io)
        dropped: Counter[str] = Counter()
        kept: list[Function] = []
        for one in _functions(piece, io):
            reason = failed(candidate(one), settings)
            dropped.update([reason] if reason else [])
            kept += [] if reason else [one]
        around = Around.of(piece, partition.hint, kept)
        rows = [row_of(one, around) for one in kept]
        where = [one.source.file for one in kept]
        lines = [(one.row["line"], one.row["last_line"]) for one in kept]
        made = piece.common(where, lines) | columns(rows)
        result = {"rows": len(rows), "gates": dict(sorted(dropped.items()))}
        return Outcome({table(self.recipe): made}, result=result, counts={"rows": len(rows)})

    def _issues(self, partition: Partition, io: IO) -> Outcome:
        made, dropped = mended.run(partition, io)
        result = {"rows": len(made["name"]), "gates": dict(sorted(dropped.items()))}
        return Outcome({table(self.recipe): made}, result=result, counts={"rows": len(made["name"])})


def candidate(one: Function) -> Candidate:
    """Give a function as gates see it."""
    row, doc = one.row, one.said
    return Candidate(row["name"], row["owner"], one.test, doc, description(doc), one.body, one.lines, one.errors)


def _functions(piece: Piece, io: IO) -> Iterator[Function]:
    """Give the documented functions of a piece, in the order of its files and of their beginnings."""
    held: dict[tuple[bytes, str], list[dict[str, Any]]] = {}
    blobs, languages = varlen(piece.files, "blob"), varlen(piece.files, "language").strings()
    for row in trees.rows(piece, "definitions", f"{SELECT}, language", WHERE):
        held.setdefault((row["blob"], row["language"]), []).append(row)
    errors = {
        (row["blob"], row["language"]): row["error_bytes"]
        for row in trees.rows(piece, "syntax", "blob, language, error_bytes")
    }
    tests, sizes = (np.asarray(piece.files[name]).tolist() for name in ("test", "size"))
    which = [i for i in range(len(piece)) if (blobs[i], languages[i]) in held]
    for source in sources(piece, which, lambda done: io.progress(done // 1_000_000)):
        i = source.file
        key = (blobs[i], languages[i])
        share = errors.get(key, 0) / max(1, sizes[i])
        yield from (Function(row, source, tests[i], share) for row in held[key])


SHAPE = Instruct()
