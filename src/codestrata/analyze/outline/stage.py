"""The ``analyze.outline`` stage: imports and the places of definitions, where nothing else of trees is asked for.

Files are parsed as by ``analyze.syntax``, and a third of what that reads off them is read: no rules are matched, no
calls, members or hashes listed. Where syntax has everything already, it is what is read, and nothing is due here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from codestrata.analyze.outline.schema import TABLES
from codestrata.analyze.syntax import due, tables
from codestrata.analyze.syntax import stage as syntax
from codestrata.analyze.syntax.batches import Pairs, partition
from codestrata.analyze.syntax.edition import trees
from codestrata.analyze.syntax.extract import EXTRACTS, Rows
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.settings import needs
from codestrata.settings.analyze import AnalyzeSettings
from codestrata.store.columns import Columns, Varlen, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codestrata.analyze.syntax.nodes import Nodes
    from codestrata.store.tables import TableFile

NAME = "analyze.outline"
#: Raise it when the same nodes may give other rows; what definitions and imports are has a version of its own.
VERSION = 1
_READER = "codestrata.analyze.syntax.outline:outline"


def version(settings: AnalyzeSettings) -> str:
    """Give the version of outlines made with these settings; under another limit other blobs are too large."""
    return f"{VERSION}.{EXTRACTS[_READER]}.{trees()}.{due.limit(settings)}"


class Outlines:
    """Pairs without syntax and without an outline → the tables of :mod:`codestrata.analyze.outline.schema`."""

    name = NAME
    verb = "analyze"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """Cut what is due into pieces, unless syntax has it all."""
        if not asked(view):
            return
        made_by = version(view.settings.analyze)
        for pairs in due.pieces(due.due(view, _done(view, view.files("outlined", stage=NAME, version=made_by)))):
            yield partition(view, pairs, NAME, made_by)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read the blobs, parse them, and read imports and definitions off their trees."""
        pairs = Pairs.of(partition, io.workspace)
        survey = syntax.Survey(pairs, (outline,))
        survey.carry_out(io)
        read = tables.complete(survey.parts, pairs.blobs, Varlen.of(pairs.languages), TABLES)
        return Outcome({"outlined": survey.syntax(), **read}, counts=survey.counts)


def asked(view: View) -> bool:
    """Say whether outlines are what recipes read: nobody wants more of trees, and syntax does not have it all."""
    if needs.trees(view.settings) or not needs.modules(view.settings):
        return False
    made_by = syntax.version(view.settings.analyze)
    return rows(due.due(view, _done(view, view.files("syntax", stage=syntax.NAME, version=made_by)))) > 0


def _done(view: View, files: Sequence[TableFile]) -> str:
    return f"(select blob, language from {view.tables.scan(files)})" if files else ""


def outline(nodes: Nodes) -> Mapping[str, Rows]:
    """Give tables outlined_imports and outlined_definitions."""
    import numpy as np

    from codestrata.analyze.syntax.outline.definitions import definitions
    from codestrata.analyze.syntax.outline.imports import imports
    from codestrata.analyze.syntax.outline.table import look
    from codestrata.analyze.syntax.outline.tree import Tree

    if not len(nodes):
        return {}
    tree = Tree(nodes)
    found = definitions(tree)
    begin, first, _, public = look(tree, found)
    files = tree.nodes.files(found.node)
    base = tree.nodes.offsets[files]
    told: Columns = {
        "kind": found.kinds(),
        "owner": found.owned,
        "start": begin - base,
        "doc_start": np.where(first >= 0, first - base, -1),
        "public": public,
    }
    return {"outlined_imports": imports(tree), "outlined_definitions": Rows(files, told)}
