"""The ``analyze.cuts`` stage: every (blob, language) of a language with a grammar that has no cuts yet.

Only for recipe fim with ``export.fim.cut`` set to syntax. It costs a parse of its own, and no more: tables of syntax
are not made for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from codestrata.analyze.cuts.nodes import VERSION, cuts
from codestrata.analyze.cuts.schema import CUTS
from codestrata.analyze.syntax import due
from codestrata.analyze.syntax.batches import Pairs, partition
from codestrata.analyze.syntax.edition import trees
from codestrata.analyze.syntax.stage import Survey
from codestrata.analyze.syntax.tables import complete
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.settings.analyze import AnalyzeSettings
from codestrata.store.columns import Columns, Varlen

NAME = "analyze.cuts"


def version(settings: AnalyzeSettings) -> str:
    """Give the version of cuts made with these settings; under another limit other blobs are too large."""
    return f"{trees()}.{due.limit(settings)}.{VERSION}"


class Cuts:
    """Pairs without cuts → tables **cut_blobs** (blob, language) and **cuts**."""

    name = NAME
    verb = "analyze"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """Cut what is due into pieces; nothing where the recipe asks for none."""
        export = view.settings.export
        if export.recipe != "fim" or export.fim.cut != "syntax":
            return
        made_by = version(view.settings.analyze)
        files = view.files("cut_blobs", stage=NAME, version=made_by)
        known = f"(select blob, language from {view.tables.scan(files)})" if files else ""
        for pairs in due.pieces(due.due(view, known)):
            yield partition(view, pairs, NAME, made_by)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Parse the blobs, and choose nodes."""
        pairs = Pairs.of(partition, io.workspace)
        survey = Survey(pairs, [cuts])
        survey.carry_out(io)
        seen: Columns = {name: column for name, column in survey.syntax().items() if name in {"blob", "language"}}
        fields = {"cuts": CUTS[2:]}
        found = complete(survey.parts, pairs.blobs, Varlen.of(pairs.languages), fields)
        return Outcome({"cut_blobs": seen, **found}, counts=survey.counts)
