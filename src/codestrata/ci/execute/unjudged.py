"""Columns that nothing is known of: they count what a report says, and that report was not written, or not whole.

"No warnings" is a statement about code that was looked at; without a look the column is null. Which reports a column
reads is in ``ci/expressions/reported.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from codestrata.ci.execute.surroundings import set_aside
from codestrata.ci.execute.trusted import writers
from codestrata.ci.expressions.reported import Declared, unknown_columns
from codestrata.ci.plan import JobPlan, Plan, ReportPlan, StepPlan
from codestrata.ci.records import JobResult, Results, StepResult
from codestrata.ci.tools.use import ToolUse
from codestrata.errors import StrataError
from codestrata.model.result import ResultClass

Tool = Callable[[str, Mapping[str, str]], ToolUse]


def unknown(plan: Plan, results: Results, tool: Tool) -> dict[str, str]:
    """Give the columns that cannot be known, each with the reason: those over reports, and those over such columns."""
    reports = list(declared(plan, results, tool)) if plan.columns else []
    return unknown_columns(plan.columns, reports, results)


def declared(plan: Plan, results: Results, tool: Tool) -> Iterator[Declared]:
    """Give every report that a plan declares, with what became of it."""
    ended = {one.id: one for one in results.jobs}
    for job in (*plan.jobs, *plan.cleanup):
        last = {one.step: one for one in results.steps if one.job == job.id}
        steps = [(step, last[number]) for number, step in enumerate(job.steps, 1) if number in last]
        away = _away(job, ended, plan)
        for report in job.reports:
            mine = [one for _, one in writers(report, steps)]
            yield _stand(job, report, results, ended[job.id], mine, away=away)
        for number, step in enumerate(job.steps, 1):
            for report in _reports(step, tool) if step.uses else ():
                mine = [last[number]] if number in last else []
                yield _stand(job, report, results, ended[job.id], mine, away=away)


def _stand(
    job: JobPlan, report: ReportPlan, results: Results, ended: JobResult, steps: list[StepResult], *, away: bool
) -> Declared:
    """Say what became of one: judged, not judged with a reason, or set aside by a condition."""
    one = Declared(job.id, report.name, report.format, report.tool)
    if away or (steps and all(step.result is ResultClass.SKIPPED and set_aside(step.reason) for step in steps)):
        return replace(one, aside=True)
    found = [row for row in results.reports if row.job == job.id and row.report == report.name]
    if not found:
        bad = next((step for step in steps if step.result is not ResultClass.PASSED), None)
        why = f"{bad.name}: {bad.reason}" if bad and bad.reason else ended.reason or "its report was never written"
        return replace(one, problem=f"{job.id}: {why}")
    why = next((row.problem for row in found if row.problem), "")
    return replace(one, problem=f"{job.id}: {why}" if why else "")


def _reports(step: StepPlan, tool: Tool) -> tuple[ReportPlan, ...]:
    """Give the reports of a tool by name; one that is not known may be about anything."""
    try:
        return tool(step.uses, {}).reports
    except StrataError:
        return (ReportPlan(name=step.uses, format="", path=""),)


def _away(job: JobPlan, ended: Mapping[str, JobResult], plan: Plan) -> bool:
    """Say whether a job was set aside by a condition: its own, or that of a job it needs."""
    one = ended[job.id]
    if one.result is not ResultClass.SKIPPED:
        return False
    if set_aside(one.reason):
        return True
    jobs = {other.id: other for other in plan.jobs}
    bad = [need for need in job.needs if need in jobs and ended[need].result is not ResultClass.PASSED]
    return bool(bad) and all(_away(jobs[need], ended, plan) for need in bad)
