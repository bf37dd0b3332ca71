"""How a run that has no result ends: which error says so, and what it tells the user to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codestrata.errors import NothingDone

if TYPE_CHECKING:
    from codestrata.engine.report import StageReport
    from codestrata.workspace.report import RunReport

#: What to do once the cause of a failure is gone.
AGAIN = "when the cause is gone: strata retry, then the same command again"


def nothing_fetched(report: RunReport, stage: StageReport) -> NothingDone:
    """Say that no repository has a snapshot after a stage."""
    if stage.stage != "ingest":
        return NothingDone("nothing has been ingested yet", hint="strata ingest first, or strata run LIST")
    count = report.repositories
    message = "the repository" if count == 1 else f"none of {count:,} repositories"
    first = next((f"{s.full_name}: {s.reason}" for s in report.failed), "")
    told = f"{message} could {'not ' if count == 1 else ''}be fetched"
    return NothingDone(told, hint=f"{'' if count == 1 else 'the first: '}{first}; {AGAIN}" if first else AGAIN)


def nothing_analysed() -> NothingDone:
    """Say that there are snapshots, but nobody has looked at their files."""
    return NothingDone("nothing has been analysed yet", hint="strata analyze first, or strata run LIST")


def not_written(report: RunReport, stage: StageReport) -> NothingDone:
    """Say that a part of the export failed, and why; what was published before stays as it is."""
    task = next((t for t in report.gave_up if t.stage == stage.stage), None)
    reason = f": {task.error}" if task else ""
    hint = "; ".join(filter(None, (task.hint if task else "", AGAIN)))
    return NothingDone(f"no dataset was written, {stage.stage} failed{reason}", hint=hint)
