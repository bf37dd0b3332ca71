"""The table of stages, and the loop over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.ci.allowance import TAKEN_BACK
from codestrata.engine.base import Entry

if TYPE_CHECKING:
    from codestrata.engine import Engine
    from codestrata.engine.base import View
    from codestrata.engine.report import StageReport
    from codestrata.export.stage import Published
    from codestrata.telemetry import Progress

#: Every stage, in order; a stage starts when the one before it is done. Workers import this table by its name, and with
#: it nothing: a run that finds nothing to do never loads what the stages are made of.
STAGES = (
    Entry(
        "ingest",
        "ingest",
        "repositories",
        "codestrata.ingest.stage:Ingest",
        planner="codestrata.ingest.plan:partitions",
    ),
    Entry("analyze.names", "analyze", "files", "codestrata.analyze.facts.names:Names"),
    Entry("analyze.facts", "analyze", "MB", "codestrata.analyze.facts.stage:Facts"),
    Entry("analyze.syntax", "analyze", "MB", "codestrata.analyze.syntax.stage:Syntax"),
    Entry("analyze.outline", "analyze", "MB", "codestrata.analyze.outline.stage:Outlines"),
    Entry("analyze.rules", "analyze", "MB", "codestrata.analyze.rules.stage:Rules"),
    Entry("analyze.rulebook", "analyze", "rules", "codestrata.analyze.rules.book:Rulebook"),
    Entry("analyze.texture", "analyze", "MB", "codestrata.analyze.texture.stage:Textures"),
    Entry("analyze.cuts", "analyze", "MB", "codestrata.analyze.cuts.stage:Cuts"),
    Entry("analyze.paths", "analyze", "files", "codestrata.analyze.paths:Paths"),
    Entry("analyze.structure", "analyze", "files", "codestrata.analyze.structure.stage:Structure"),
    Entry("analyze.reasons", "analyze", "files", "codestrata.analyze.reasons.stage:Reasons"),
    Entry("analyze.clusters", "analyze", "repositories", "codestrata.analyze.clusters.stage:Clusters"),
    Entry("analyze.privacy", "analyze", "MB", "codestrata.analyze.privacy.stage:Privacy"),
    Entry("ci.run", "ci", "repositories", "codestrata.ci.run:Run", patience=TAKEN_BACK),
    Entry("export.overlap", "export", "MB", "codestrata.export.overlap.stage:Overlap"),
    Entry("export.decide", "export", "files", "codestrata.export.decide.stage:Decide"),
    Entry("ci.trial", "ci", "runs", "codestrata.ci.trial.stage:Trials", patience=TAKEN_BACK),
    Entry("export.tokens", "export", "MB", "codestrata.export.tokens.stage:Tokens"),
    Entry("export.texts", "export", "MB", "codestrata.export.write.texts:Texts"),
    Entry("export.order", "export", "files", "codestrata.export.order.stage:Orders"),
    Entry("export.shape", "export", "MB", "codestrata.export.shape.stage:Shapes"),
    Entry("export.settle", "export", "rows", "codestrata.export.settle.stage:Settle"),
)
TABLE = "codestrata.pipeline:STAGES"


def stages_of(*verbs: str, last: str = "", after: str = "") -> tuple[Entry, ...]:
    """Give the stages of some verbs in the order of the pipeline: up to and with ``last``, those behind ``after``."""
    names = [stage.name for stage in STAGES]
    first, end = (names.index(one) + 1 if one else absent for one, absent in ((after, 0), (last, len(names))))
    return tuple(stage for stage in STAGES[first:end] if stage.verb in verbs)


def carry_out(engine: Engine, run: int, stages: tuple[Entry, ...], progress: Progress) -> Iterator[StageReport]:
    """Plan and run one stage after the other; what is committed already is not done again."""
    for stage in stages:
        yield engine.run(run, stage, progress=progress)


def publish(engine: Engine, run: int, view: View, out: Path) -> Published:
    """Give the dataset of a run in ``out``: the one that is there, or one written where the work is done."""
    from codestrata.export.stage import Published, standing

    there = standing(view, out)
    if there:
        return there
    made = engine.call(run, f"{__name__}:write_dataset", {"out": str(out)})
    listed = {name: [tuple(row) for row in made[name]] for name in ("languages", "licences")}
    return Published(**{**made, **listed, "out": out})


def write_dataset(view: View, tell: Callable[[float], None], out: str) -> dict[str, Any]:  # noqa: ARG001 -- nothing to tell
    """Write the dataset of a run; a worker does."""
    from codestrata.export.stage import publish as publish_

    return publish_(view, Path(out)).as_dict()
