"""The verdict on a whole run: one class over all its jobs."""

from __future__ import annotations

from dataclasses import dataclass

from codestrata.ci.plan import Plan
from codestrata.ci.records import JobResult, Results
from codestrata.model.result import ResultClass

#: What says nothing about the code comes first: such a run is to be tried again, whatever its other jobs said.
_FIRST = (ResultClass.CANCELLED, ResultClass.INFRA, ResultClass.REFUSED)
#: ``continue_on_error`` is about the code: what somebody took back, or what may not run here, is not it.


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run ended: that of the job that decided, and why."""

    result: ResultClass
    reason: str = ""


def verdict(plan: Plan, results: Results) -> Verdict:
    """Give the class of a run.

    It passed when every job that ran passed or may fail, and at least one passed. A job that may fail may not be one
    in which nothing was judged. Otherwise the first job in the order of the plan decides that did not pass; one that
    was cancelled, refused, or broken by its surroundings goes before.
    """
    may_fail = {job.id for job in (*plan.jobs, *plan.cleanup) if job.continue_on_error}
    ran = [job for job in results.jobs if job.result is not ResultClass.SKIPPED]
    bad = [
        job for job in ran if job.result is not ResultClass.PASSED and (job.id not in may_fail or job.result in _FIRST)
    ]
    for kind in _FIRST:
        for job in bad:
            if job.result is kind:
                return _of(job)
    if bad:
        return _of(bad[0])
    if any(job.result is ResultClass.PASSED for job in ran):
        return Verdict(ResultClass.PASSED)
    why = next((job.reason for job in results.jobs if job.reason), "no job was run")
    return Verdict(ResultClass.SKIPPED, why)


def _of(job: JobResult) -> Verdict:
    return Verdict(job.result, f"{job.id}: {job.reason}" if job.reason else job.id)
