"""The table of stages, and the loop over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codestrata.analyze.stage import STAGES as ANALYZE
from codestrata.export.stage import STAGES as EXPORT
from codestrata.ingest.stage import STAGES as INGEST

if TYPE_CHECKING:
    from codestrata.engine import Engine
    from codestrata.engine.base import Stage, View
    from codestrata.engine.report import StageReport
    from codestrata.telemetry import Progress

#: Every stage, in order; a stage starts when the one before it is done. Workers import this table by its name.
STAGES: tuple[Stage, ...] = (*INGEST, *ANALYZE, *EXPORT)
TABLE = "codestrata.pipeline:STAGES"
VERBS = ("ingest", "analyze", "export")


def stages_of(*verbs: str) -> tuple[Stage, ...]:
    """Give the stages of some verbs, in the order of the pipeline."""
    return tuple(stage for stage in STAGES if stage.verb in verbs)


def carry_out(
    engine: Engine, run: int, view: View, stages: tuple[Stage, ...], progress: Progress
) -> Iterator[StageReport]:
    """Plan and run one stage after the other; what is committed already is not done again."""
    for stage in stages:
        yield engine.run(run, stage, stage.plan(view), progress)
