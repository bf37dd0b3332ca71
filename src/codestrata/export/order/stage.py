"""The ``export.order`` stage: the kept files of a repository → in which order they are read, and what shares a row.

Only for recipe repo. Nothing is read but tables, and the files that are too long for a row. What depends on this are
the rows of ``export.shape``, piece by piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import InvalidInput
from codestrata.export.order.ordering import DEFINITIONS, Ordering
from codestrata.export.order.schema import READING_ORDER
from codestrata.export.order.words import Heading, told
from codestrata.export.shape import pieces
from codestrata.export.shape.pieces import Piece
from codestrata.export.tokens import stage as tokens
from codestrata.export.tokens.counter import counter, digest_of
from codestrata.store.columns import Columns, column

NAME = "export.order"
#: Raise it when the same files may be read in another order, or cut elsewhere.
VERSION = "2"
TABLE = "reading_order"
STRUCTURE, SYNTAX = "analyze.structure", "analyze.syntax"


class Orders:
    """Kept decisions, edges, definitions → table **reading_order**, one file per repository."""

    name = NAME
    verb = "export"
    unit = "files"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition for each repository. Raises InvalidInput where its imports were never read."""
        settings = view.settings.export
        if settings.recipe != "repo" or not view.planned("export.decide", "decisions"):
            return
        path = settings.tokens.tokenizer
        digest = digest_of(path)
        read = next((str(one["read"]) for one in view.results(STRUCTURE) if "read" in one), SYNTAX)
        counts = {"token_counts": tokens.NAME} if path else {}
        versions = {"token_counts": tokens.version(digest)} if path else {}
        for one in pieces.plan(
            view,
            "repo",
            VERSION,
            {"repo": told(settings.repo), "tokenizer": digest},
            whole=True,
            of_blobs={DEFINITIONS.get(read, "definitions"): read, **counts},
            of_repository={"edges": STRUCTURE},
            versions=versions,
        ):
            if not one.hint["tables"]["edges"]:
                hint = "strata run reads them, and so does strata analyze with export.recipe set to repo"
                raise InvalidInput("recipe repo needs imports, and nobody has read them", where=one.title, hint=hint)
            files = one.hint["rows"][1] - one.hint["rows"][0] + 1
            yield replace(one, stage=NAME, subject=one.hint["repository"], weight=files, hint=_with(one, path))

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Put the files into order and into rows."""
        spec = partition.spec
        piece = Piece.of(partition, io)
        counts = counter(partition.hint["tokenizer"], spec["tokenizer"])
        work = Ordering(piece, counts, Heading.of(spec["repo"], piece))
        made = work.rows()
        io.progress(partition.weight)
        columns: Columns = {f.name: column([row[f.name] for row in made], f.kind) for f in READING_ORDER}
        rows = max((row["part"] for row in made), default=0)
        result = {"repository": partition.subject, "rows": rows, "collisions": len(work.collisions)}
        return Outcome({TABLE: columns}, result=result, counts={"files": len(piece), "rows": rows})


def _with(partition: Partition, tokenizer: str) -> dict[str, Any]:
    return {**partition.hint, "tokenizer": tokenizer}
