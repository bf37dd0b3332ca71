"""The ``export.shape`` stage: kept files → the rows of a recipe other than pretrain, a table for each recipe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.export.decide.schema import conform
from codestrata.export.overlap.rows import Judge, asked, without
from codestrata.export.shape import learned
from codestrata.export.shape.base import COMMON, NAME, Shape, table
from codestrata.store.columns import rows

if TYPE_CHECKING:
    from codestrata.settings.export import Recipe

#: Recipe → the module of its shape, which holds it as ``SHAPE``.
HOMES: dict[str, str] = {
    "fim": "fim.shape",
    "repo": "repo.shape",
    "instruct": "instruct.shape",
    "commits": "commits.shape",
    "patterns": "patterns.shape",
    "verified": "verified.shape",
}
#: Recipes whose rows are whole files, which were judged as such.
OF_FILES = frozenset({"fim", "repo"})


def shape_of(recipe: Recipe | str) -> Shape | None:
    """Give the shape of a recipe; None for pretrain, whose rows are files. Loads what it needs."""
    if recipe not in HOMES:
        return None
    made: Shape = import_module(f"codestrata.export.shape.{HOMES[recipe]}").SHAPE
    return made


class Shapes:
    """Kept decisions → table **samples_<recipe>**, one file per partition, in dataset order."""

    name = NAME
    verb = "export"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """Give the partitions of the recipe's shape, if it has one."""
        shape = shape_of(view.settings.export.recipe)
        if shape is None or not view.planned("export.decide", "decisions"):
            return
        told, lists = asked(view.settings.export.decontaminate) if shape.recipe not in OF_FILES else ({}, [])
        for one in learned.planned(shape, shape.plan(view), view.settings.export.tokens.tokenizer):
            spec, hint = {**one.spec, "decontaminate": told}, {**one.hint, "lists": lists}
            yield replace(one, spec=spec, hint=hint) if told else one

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Make rows."""
        recipe = str(partition.spec["recipe"])
        shape = shape_of(recipe)
        if shape is None:
            raise ValueError(recipe)
        outcome = shape.run(partition, io)
        own = table(recipe)
        said = dict(outcome.tables[own])
        if column := getattr(shape, "learned", ""):
            said[learned.TOKENS.name] = learned.tokens(column, said, partition.spec, partition.hint)
        made = {own: conform(said, shape.fields)}
        if "decontaminate" not in partition.spec:
            return Outcome(outcome.tables | made, (), outcome.result, outcome.counts)
        judge, before = Judge.of(partition.spec["decontaminate"], partition.hint["lists"]), rows(made[own])
        made[own], made["row_overlaps"] = without(judge, made[own], _texts(shape))
        left = rows(made[own])
        gates = {**outcome.result.get("gates", {}), "contaminated": before - left}
        result = {**outcome.result, "rows": left, "gates": dict(sorted(gates.items()))}
        return Outcome(outcome.tables | made, (), result, {**outcome.counts, "rows": left})


def _texts(shape: Shape) -> list[str]:
    """Name the columns of a shape that problems may be in."""
    known = {field.name for field in COMMON}
    return [field.name for field in shape.fields if field.kind == "text" and field.name not in known]
