"""Reports that scripts write: whether what is in the file can be taken for all that was to be said.

A report of a silent format (``ci/reports/formats.py``) has no end that shows, and is empty where nothing is wrong: then
how its step ended has to say the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from codestrata.ci.execute.missing import absent
from codestrata.ci.plan import ReportPlan, StepPlan
from codestrata.ci.records import StepResult
from codestrata.ci.reports.formats import FORMATS
from codestrata.model.result import ResultClass

_GOOD = frozenset({ResultClass.PASSED, ResultClass.SKIPPED})


def cut_off(report: ReportPlan, steps: Sequence[tuple[StepPlan, StepResult]], *, empty: bool) -> str:
    """Say why a report that was read is no judgement, or ""; ``empty``: nothing was found in it."""
    row = FORMATS.get(report.format)
    if row is None or not row.silent:
        return ""
    for _, ended in writers(report, steps):
        if ended.result not in _GOOD and (empty or ended.result is not ResultClass.FAILED):
            return f"{ended.name} ended {ended.result}: {ended.reason or ended.code}"
        if empty and (program := absent(ended.log)):
            return f"{ended.name}: {program}"
    return ""


def writers(report: ReportPlan, steps: Sequence[tuple[StepPlan, StepResult]]) -> Sequence[tuple[StepPlan, StepResult]]:
    """Give the steps that may have written a report: those whose script names its file, else every script."""
    scripts = [pair for pair in steps if not pair[0].uses]
    name = PurePosixPath(report.path).name
    return [pair for pair in scripts if name in pair[0].run] or scripts
