"""The ``analyze.syntax`` stage: every (blob, language) of a language we have a grammar for that nobody has parsed yet.

What is due is a question asked of the tables: names and facts less syntax. Generated, minified, binary and oversized
blobs have a row that says so, and no tree. Nothing is due unless a level (setting ``analyze.levels``) or a recipe
made of trees is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax import due, tables
from codestrata.analyze.syntax.batches import Pairs, partition
from codestrata.analyze.syntax.edition import edition
from codestrata.analyze.syntax.extract import Extract, Rows
from codestrata.analyze.syntax.parsing import Parsed, Parser
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.settings.analyze import AnalyzeSettings
from codestrata.settings.needs import trees
from codestrata.store.columns import Columns, Varlen

NAME = "analyze.syntax"
SLOW = "trees are read slowly: the native kernels are missing, or do not know this tree-sitter"


def version(settings: AnalyzeSettings) -> str:
    """Give the version of syntax made with these settings; under another limit other blobs are too large."""
    return f"{edition()}.{due.limit(settings)}"


class Syntax:
    """Pairs without syntax → all tables of :mod:`codestrata.analyze.syntax.schema`."""

    name = NAME
    verb = "analyze"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """Cut what is due into pieces; a blob that several repositories hold is read from the first of them."""
        if not trees(view.settings):
            return
        made_by = version(view.settings.analyze)
        files = view.files("syntax", stage=NAME, version=made_by)
        known = f"(select blob, language from {view.tables.scan(files)})" if files else ""
        for pairs in due.pieces(due.due(view, known)):
            yield partition(view, pairs, NAME, made_by)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read the blobs, parse them, and read off their trees what extractors know to find."""
        pairs = Pairs.of(partition, io.workspace)
        survey = Survey(pairs, tables.extracts())
        survey.carry_out(io)
        return Outcome(
            {"syntax": survey.syntax(), **tables.complete(survey.parts, pairs.blobs, Varlen.of(pairs.languages))},
            counts=survey.counts,
        )


class Survey:
    """What is found about the pairs of one partition. ``parts``: of each batch its rows, and what was read off it."""

    def __init__(self, pairs: Pairs, functions: Sequence[Extract]) -> None:
        self.pairs = pairs
        self.functions = functions
        self.problems = list(pairs.problems)
        self.nodes = np.full(len(pairs.languages), -1, np.int32)
        self.error_bytes = np.zeros(len(pairs.languages), np.int64)
        self.parts: list[tuple[NDArray[np.int64], dict[str, Rows]]] = []
        self.counts = {"bytes": 0.0, "blobs": 0.0, "nodes": 0.0}
        self.lost: list[int] = []

    def carry_out(self, io: IO) -> None:
        """Parse everything there is a text of."""
        texts = self.pairs.texts()
        self.lost = [i for i, text in enumerate(texts) if text is None and not self.pairs.problems[i]]
        batches = list(self.pairs.batches(texts))
        laid = ((grammar, [text for text in map(texts.__getitem__, at) if text is not None]) for grammar, at in batches)
        with Parser() as parser:
            for (_, at), made in zip(batches, parser.parse(laid), strict=True):
                self._batch(np.array(at, np.int64), made)
                io.progress(int(self.counts["bytes"]) // 1_000_000)
            if not parser.native:
                io.tell({"event": "warning", "text": SLOW})

    def _batch(self, at: NDArray[np.int64], made: Parsed) -> None:
        for row, problem in zip(at.tolist(), made.problems, strict=True):
            self.problems[row] = problem
        self.nodes[at], self.error_bytes[at] = tables.told(made.nodes)
        self.parts.append((at, tables.read(made.nodes, self.functions)))
        self.counts["bytes"] += len(made.nodes.arena)
        self.counts["blobs"] += len(at)
        self.counts["nodes"] += len(made.nodes)

    def syntax(self) -> Columns:
        """Give the table **syntax**; what no store could give has no row, and is due again."""
        pairs, lost = self.pairs, set(self.lost)
        kept = [i for i in range(len(pairs.languages)) if i not in lost]
        return {
            "blob": pairs.blobs.take(np.array(kept, np.int64)),
            "language": Varlen.of([pairs.languages[i] for i in kept]),
            "grammar": Varlen.of([pairs.grammars[i] for i in kept]),
            "problem": Varlen.of([self.problems[i] for i in kept]),
            "nodes": self.nodes[kept],
            "error_bytes": self.error_bytes[kept],
        }
