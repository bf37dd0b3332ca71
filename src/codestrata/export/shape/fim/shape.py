"""Recipe fim: files, or chunks of them, cut into prefix, middle and suffix.

Order PSM: <prefix> prefix <suffix> suffix <middle> middle; order SPM: <prefix> <suffix> suffix <middle> prefix middle.
Source: Bavarian et al., Efficient Training of Language Models to Fill in the Middle (arXiv:2207.14255), §3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.export.decide.columns import varlen
from codestrata.export.shape import pieces
from codestrata.export.shape.base import COMMON, table
from codestrata.export.shape.fim.cutter import CUTS, STAGE, Cutter
from codestrata.export.shape.pieces import Piece
from codestrata.export.tokens.counter import counter, digest_of
from codestrata.store.schema import Field


class Fim:
    """Kept files → table **samples_fim**."""

    recipe = "fim"
    version = "3"
    fields = (
        *COMMON,
        Field("text", "text", "the whole row, in the order that `order` names, words between the parts"),
        Field("prefix", "text", "what stands before the middle; the whole text where nothing is cut"),
        Field("middle", "text", "what is to be filled in; empty where nothing is cut"),
        Field("suffix", "text", "what stands after it; prefix, middle and suffix together are the lines of `source`"),
        Field("order", "text", "psm, spm, or none where the text is not cut"),
        Field(
            "cut",
            "text",
            "what the middle is: character, function, block, statement, arguments, expression; empty if uncut",
        ),
        Field(
            "uncut", "text", "why it is not cut: chance, short, word (one of the words is in the text); empty if it is"
        ),
        Field("tokens", "int64", "tokens of the text: an estimate, or as export.tokens.tokenizer counts"),
    )

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition for each piece of the kept files."""
        settings = view.settings.export
        path = settings.tokens.tokenizer
        digest = digest_of(path)
        about = {"fim": settings.fim.model_dump(), "tokenizer": digest}
        of_blobs = {CUTS: STAGE} if settings.fim.cut == "syntax" else {}
        for one in pieces.plan(view, self.recipe, self.version, about, of_blobs=of_blobs):
            yield replace(one, hint={**one.hint, "tokenizer": path})

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Cut every file of the piece."""
        counts = counter(partition.hint["tokenizer"], partition.spec["tokenizer"])
        work = Cutter(Piece.of(partition, io), partition.spec["fim"], counts)
        made = work.table(lambda done: io.progress(done // 1_000_000))
        return Outcome({table(self.recipe): made}, counts={"rows": len(varlen(made, "text"))})


SHAPE = Fim()
