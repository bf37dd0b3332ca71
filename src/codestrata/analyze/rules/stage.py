"""The ``analyze.rules`` stage: rules of a user's folders, looked for in every (blob, language) not seen by them.

Ours are looked for by ``analyze.syntax`` while it has the trees; so rules of one's own cost another parse, and nothing
of what is known already. What has been looked at is table **matched**, what was found **matches**.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from codestrata.analyze.syntax import due, tables
from codestrata.analyze.syntax.batches import Pairs, partition
from codestrata.analyze.syntax.edition import digest_of, trees
from codestrata.analyze.syntax.extract import EXTRACTS, Rows
from codestrata.analyze.syntax.stage import Survey
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import InvalidInput
from codestrata.settings.analyze import AnalyzeSettings
from codestrata.store.columns import Columns, Varlen, concat

if TYPE_CHECKING:
    from codestrata.analyze.rules.load import Pack
    from codestrata.analyze.syntax.nodes import Nodes

NAME = "analyze.rules"
#: Who looks for our own rules; its version is that of what rules mean.
ENGINE = "codestrata.analyze.rules.match:matched"


def version(settings: AnalyzeSettings) -> str:
    """Give the version of what the folders in the settings find: of trees, of what rules mean, of what they say."""
    folders = map(Path, settings.rules)
    return f"{trees()}.{due.limit(settings)}.{EXTRACTS.get(ENGINE, 0)}.{'.'.join(map(digest_of, folders))}"


class Rules:
    """Pairs that rules in a user's folders have not seen → tables **matched** (blob, language) and **matches**."""

    name = NAME
    verb = "analyze"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """Cut what is due into pieces. Raises InvalidInput for a folder with a mistake in it."""
        settings = view.settings.analyze
        if not (settings.levels and settings.rules):
            return
        folders = [str(Path(folder).absolute()) for folder in settings.rules]
        _packs(folders)
        made_by = version(settings)
        files = view.files("matched", stage=NAME, version=made_by)
        known = f"(select blob, language from {view.tables.scan(files)})" if files else ""
        for pairs in due.pieces(due.due(view, known)):
            made = partition(view, pairs, NAME, made_by)
            yield replace(made, hint={**made.hint, "folders": folders})

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Parse the blobs, and look for the rules."""
        folders = partition.hint["folders"]
        if not partition.version.endswith(".".join(digest_of(Path(folder)) for folder in folders)):
            raise InvalidInput("rules changed while they were looked for", where=folders[0], hint="run it again")
        pairs = Pairs.of(partition, io.workspace)
        survey = Survey(pairs, [partial(_found, _packs(folders))])
        survey.carry_out(io)
        found = tables.complete(survey.parts, pairs.blobs, Varlen.of(pairs.languages))
        seen: Columns = {name: column for name, column in survey.syntax().items() if name in {"blob", "language"}}
        return Outcome({"matched": seen, "matches": found["matches"]}, counts=survey.counts)


def _packs(folders: Sequence[str]) -> list[Pack]:
    from codestrata.analyze.rules.load import load

    return [load(Path(folder)) for folder in folders]


def _found(packs: Sequence[Pack], nodes: Nodes) -> Mapping[str, Rows]:
    """Give what packs find in nodes, one after the other."""
    from codestrata.analyze.rules.match import rows

    found = [rows(pack, nodes) for pack in packs]
    files = np.concatenate([one.file for one in found])
    return {"matches": Rows(files, concat([one.columns for one in found]))}
