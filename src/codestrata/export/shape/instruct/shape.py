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
from codestrata.export.shape.instruct.around import Around
from codestrata.export.shape.instruct.docs import clean, description
from codestrata.export.shape.instruct.functions import BOM, SELECT, WHERE, Function, Source
from codestrata.export.shape.instruct.gates import Candidate, failed
from codestrata.export.shape.instruct.rows import FIELDS, columns, row_of
from codestrata.export.shape.pieces import Piece
from codestrata.export.shape.whole import repositories
from codestrata.settings.shape import InstructSettings

#: Tables of syntax that rows are made of.
TABLES = ("syntax", "definitions", "imports", "calls")
#: Encodings whose bytes have the places that trees name.
_PLACED = {"ascii": 0, "utf-8": 0, "utf-8-bom": BOM}


class Instruct:
    """Kept files and their trees → table **samples_instruct**."""

    recipe = "instruct"
    version = "1"
    fields = (*COMMON, *FIELDS)

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition for each piece of the kept files. Raises InvalidInput where nothing was parsed."""
        (decisions,) = view.planned("export.decide", "decisions")
        told = trees.speaking(view, decisions, TABLES)
        owners = repositories(view, decisions)
        settings = {"instruct": view.settings.export.instruct.model_dump()}
        for one in pieces.plan(view, self.recipe, self.version, settings):
            owner = next(o for o in owners if o["first"] <= one.hint["rows"][0] <= o["last"])
            files = told.get(owner["repository_id"])
            if files:
                spec = {**one.spec, "trees": trees.digest(files), "repository": owner["digest"]}
                hint = {**one.hint, "trees": files, "repository": [owner["first"], owner["last"]]}
                yield replace(one, spec=spec, hint=hint)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Find the functions, ask the gates, and put around each what its repository says of it."""
        settings = InstructSettings.model_validate(partition.spec["instruct"])
        piece = Piece.of(partition, io)
        told = partition.hint["trees"]
        dropped: Counter[str] = Counter()
        kept: list[Function] = []
        for one in _functions(piece, told, io):
            reason = failed(candidate(one), settings)
            dropped.update([reason] if reason else [])
            kept += [] if reason else [one]
        around = Around.of(piece, told, partition.hint, io, kept)
        rows = [row_of(one, around) for one in kept]
        where = [one.source.file for one in kept]
        lines = [(one.row["line"], one.row["last_line"]) for one in kept]
        made = piece.common(where, lines) | columns(rows)
        result = {"rows": len(rows), "gates": dict(sorted(dropped.items()))}
        return Outcome({table(self.recipe): made}, result=result, counts={"rows": len(rows)})


def candidate(one: Function) -> Candidate:
    """Give a function as gates see it."""
    doc = clean(one.documentation)
    row, source = one.row, one.source
    return Candidate(row["name"], row["owner"], source.test, doc, description(doc), one.body, one.lines, source.errors)


def _functions(piece: Piece, told: trees.Told, io: IO) -> Iterator[Function]:
    """Give the documented functions of a piece, in the order of its files and of their beginnings."""
    held: dict[tuple[bytes, str], list[dict[str, Any]]] = {}
    blobs, languages = varlen(piece.files, "blob"), varlen(piece.files, "language").strings()
    for row in trees.rows(io, told, "definitions", piece.files, f"{SELECT}, language", WHERE):
        held.setdefault((row["blob"], row["language"]), []).append(row)
    errors = {
        (row["blob"], row["language"]): row["error_bytes"]
        for row in trees.rows(io, told, "syntax", piece.files, "blob, language, error_bytes")
    }
    encodings, tests = varlen(piece.files, "encoding").strings(), np.asarray(piece.files["test"]).tolist()
    sizes = np.asarray(piece.files["size"]).tolist()
    texts = piece.raw(lambda done: io.progress(done // 1_000_000)) if held else []
    for i, text in enumerate(texts):
        key = (blobs[i], languages[i])
        if key in held and encodings[i] in _PLACED:
            share = errors.get(key, 0) / max(1, sizes[i])
            source = Source(i, blobs[i], text, _PLACED[encodings[i]], tests[i], share, piece.edits)
            yield from (Function(row, source) for row in held[key])


SHAPE = Instruct()
