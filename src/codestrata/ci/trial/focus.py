"""Of a plan, what its tests need: the jobs that report tests, and those they stand on."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

import msgspec

from codestrata.ci.plan import JobPlan, Plan
from codestrata.ci.reports.formats import FORMATS

#: The variable that adds to pytest's command, and what has it go on.
_ADDED, _GO_ON = "PYTEST_ADDOPTS", "--continue-on-collection-errors"


def testing(plan: Plan) -> tuple[JobPlan, ...]:
    """Give the jobs that report tests."""
    return tuple(job for job in plan.jobs if any(_tells(one.format) for one in job.reports))


def focused(plan: Plan, seconds: float, runs: int = 1) -> Plan | None:
    """Give a plan without what tests do not need; None where none reports tests.

    Each job of tests is run ``runs`` times, in a fresh room each, and no run takes more than ``seconds``.
    Columns go: they may name jobs that are no longer there, and nobody asks for them.
    """
    tests = {job.id for job in testing(plan)}
    if not tests:
        return None
    needed, jobs = set(tests), {job.id: job for job in plan.jobs}
    for job in reversed(plan.jobs):  # in an order that respects needs
        if job.id in needed:
            needed.update(job.needs)
    kept = tuple(_limited(jobs[one], seconds, runs) if one in tests else jobs[one] for one in jobs if one in needed)
    return msgspec.structs.replace(plan, jobs=kept, columns=())


def lenient(plan: Plan) -> Plan:
    """Have pytest go on where a file of tests cannot be loaded: before a commit that is a finding, not the end.

    Source: pytest's manual, ``--continue-on-collection-errors``.
    """
    tests = {job.id for job in testing(plan)}
    jobs = tuple(_going_on(job) if job.id in tests else job for job in plan.jobs)
    return msgspec.structs.replace(plan, jobs=jobs)


def _going_on(job: JobPlan) -> JobPlan:
    steps = [
        msgspec.structs.replace(step, env={**step.env, _ADDED: f"{step.env.get(_ADDED, '')} {_GO_ON}".strip()})
        if _ADDED in step.env or "pytest" in step.run
        else step
        for step in job.steps
    ]
    return msgspec.structs.replace(job, steps=tuple(steps))


def _tells(name: str) -> bool:
    found = FORMATS.get(name)
    return found is not None and "tests" in found.gives


def _limited(job: JobPlan, seconds: float, runs: int) -> JobPlan:
    least, often = min(job.timeout or seconds, seconds), max(job.repeat.runs, runs)
    replace = msgspec.structs.replace
    steps = tuple(replace(step, timeout=min(step.timeout or least, least)) for step in job.steps)
    return replace(job, steps=steps, timeout=least * often, repeat=replace(job.repeat, runs=often))


def script(plan: Plan, jobs: tuple[JobPlan, ...]) -> list[str]:
    """Give what the steps of jobs run, in their order, each after its variables; a tool of the table as ``tool/NAME``.

    What depends on more than the pipeline is left out: it is in the plan.
    """
    return [
        _exported({**plan.env, **job.env, **step.env}) + (step.run or step.uses) for job in jobs for step in job.steps
    ]


def _exported(env: Mapping[str, str]) -> str:
    told = {name: value for name, value in env.items() if "${{" not in value}
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in told.items())
