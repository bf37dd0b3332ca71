"""Recipe repo: the files of a repository in the order of their imports, as many in a row as a model's context holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.export.order.stage import NAME as ORDER
from codestrata.export.order.stage import TABLE
from codestrata.export.order.words import Heading, told
from codestrata.export.shape import pieces
from codestrata.export.shape.base import COMMON, table
from codestrata.export.shape.pieces import PIECE_BYTES, Piece
from codestrata.export.shape.repo.missing import COLLISION, missing
from codestrata.export.shape.repo.rows import Rows
from codestrata.store.rows import rows_of
from codestrata.store.schema import Field


class Repo:
    """Kept files and table **reading_order** → table **samples_repo**."""

    recipe = "repo"
    version = "1"
    fields = (
        *COMMON,
        Field(
            "text", "text", "the files under their headings: <repo_name>owner/name<file_sep>path, a line break, text"
        ),
        Field(
            "files",
            "text",
            "JSON, a list in the order of the text: {path, blob, start, end, line, last_line, licence, language}; "
            "text.encode()[start:end] are lines line to last_line of the file",
        ),
        Field("file_count", "int64", "files in the row, parts of files counted as one each"),
        Field("part", "int32", "number of the row among those of its repository, from 1"),
        Field("parts", "int32", "rows that its repository has"),
        Field("tokens", "int64", "tokens of the text, headings too: an estimate, or as export.tokens.tokenizer counts"),
        Field(
            "complete",
            "bool",
            "the rows of the repository hold every file that no mark of its own speaks against (binary, generated, "
            "vendored, too poor, …): none is missing for its licence, as a duplicate, by size or by the owner's wish",
        ),
        Field("missing", "text", "JSON: reason -> how many such files of the repository are missing"),
    )

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition for some rows of a repository that follow one another, of bounded size together."""
        lacks = missing(view)
        met = {str(one["repository"]): int(one["collisions"]) for one in view.results(ORDER)}

        def each(repository: str) -> Mapping[str, Any]:
            collided = {COLLISION: met[repository]} if met.get(repository) else {}
            return {"missing": {**lacks.get(repository, {}), **collided}}

        settings = view.settings.export.repo
        about = {"repo": told(settings)}
        planned = pieces.plan(
            view, self.recipe, self.version, about, whole=True, of_repository={TABLE: ORDER}, each=each
        )
        for one in planned:
            if one.hint["tables"][TABLE]:
                yield from _pieces(view, one)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Put the texts of the rows together."""
        first, last = partition.spec["parts"]
        piece = Piece.of(partition, io)
        listed = rows_of(piece.table(TABLE, "*", f"where part between {first} and {last} order by file_row_number"))
        heading = Heading.of(partition.spec["repo"], piece)
        work = Rows(piece, heading, partition.spec["total"], partition.spec["missing"])
        made = work.rows([list(parts) for _, parts in groupby(listed, key=lambda row: row["part"])], self.fields)
        io.progress(partition.weight)
        return Outcome({table(self.recipe): made}, counts={"rows": last - first + 1})


def _pieces(view: View, one: Partition) -> Iterator[Partition]:
    """Cut the rows of a repository into pieces of bounded size."""
    (path,) = one.hint["tables"][TABLE]
    sizes = _sizes(view, path, one)
    start, held = 0, 0
    for row, size in enumerate([*sizes, PIECE_BYTES]):
        if held and held + size > PIECE_BYTES:
            yield replace(
                one,
                spec={**one.spec, "parts": [start + 1, row], "total": len(sizes)},
                title=f"{one.title} {start + 1}" if start else one.title,
                priority=float(held),
                weight=max(1, held // 1_000_000),
            )
            start, held = row, 0
        held += size


def _sizes(view: View, path: str, one: Partition) -> list[int]:
    """Give the bytes of text of each row of a repository, near enough: as many as the repository's bytes allow."""
    found = view.tables.query(
        f"select sum(tokens)::bigint as n from {view.tables.scan([path])} group by part order by part"
    )
    tokens = np.asarray(found["n"]).tolist() if found else []
    total = max(sum(tokens), 1)
    return [n * int(one.priority) // total + 1 for n in tokens]


SHAPE = Repo()
