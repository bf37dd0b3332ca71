"""Columns that nothing is known of: they count what a report says, and the step that writes it did not run.

"No warnings" is a statement about code that was looked at; without a look the column is null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.ci.plan import JobPlan, Plan
from codestrata.ci.records import Results
from codestrata.model.result import ResultClass

#: What expressions name that comes out of reports.
_REPORTED = ("findings", "tests", "coverage", "metrics", "metric")
#: After these nothing was judged.
_NOTHING = frozenset({ResultClass.REFUSED, ResultClass.INFRA, ResultClass.CANCELLED})
_JUDGED = frozenset({ResultClass.PASSED, ResultClass.FAILED, ResultClass.SKIPPED})


def unknown(plan: Plan, results: Results) -> dict[str, str]:
    """Give the columns that cannot be known, each with the reason: those over reports, and those over such columns."""
    why = next(_reasons(plan, results), "")
    found: dict[str, str] = {}
    if why:
        for column in plan.columns:
            if _names(column.expression, (*_REPORTED, *found)):
                found[column.name] = why
    return found


def _names(expression: str, names: tuple[str, ...]) -> bool:
    return any(word in names for word in re.findall(r"\w+", re.sub(r"\"[^\"]*\"|'[^']*'", "", expression)))


def _reasons(plan: Plan, results: Results) -> Iterator[str]:
    """Say of each job with reports, or with tools, why not all of them were written."""
    jobs = {job.id: job for job in (*plan.jobs, *plan.cleanup)}
    ended = {one.id: one.result for one in results.jobs}
    for one in results.jobs:
        job = jobs[one.id]
        if not (job.reports or any(step.uses for step in job.steps)):
            continue
        blocked = one.result is ResultClass.SKIPPED and any(not _good(ended.get(need)) for need in job.needs)
        if one.result in _NOTHING or blocked:
            yield f"{one.id}: {one.reason}"
        yield from _steps(job, results)


def _good(result: ResultClass | None) -> bool:
    return result in {None, ResultClass.PASSED}


def _steps(job: JobPlan, results: Results) -> Iterator[str]:
    last = {one.step: one for one in results.steps if one.job == job.id}
    stopped = any(one.result not in {ResultClass.PASSED, ResultClass.SKIPPED} for one in last.values())
    for number, step in enumerate(job.steps, 1):
        one = last.get(number)
        if one is None:
            continue
        skipped = one.result is ResultClass.SKIPPED and stopped and not step.condition
        if one.result in _NOTHING or (step.uses and (one.result not in _JUDGED or skipped)):
            yield f"{job.id}: {one.name}: {one.reason}"
