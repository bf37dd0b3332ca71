"""What can be read but cannot be meant: jobs that never run, times that never come, names that nobody uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from codestrata.ci.document import Mark, Problems
from codestrata.ci.expressions.grammar import tree
from codestrata.ci.expressions.mistakes import Mistake, meant
from codestrata.ci.expressions.nodes import Call, Literal, Name, walk
from codestrata.ci.forms.given import Given
from codestrata.ci.plan import JobPlan, Plan

_STATES = re.compile(r"\b(?:success|failure|always|cancelled)\(")


def check_plan(plan: Plan, given: Mapping[str, Given], problems: Problems) -> None:
    """Warn of what the plan shows; ``given`` are its jobs as they stand in the file."""
    jobs = (*plan.jobs, *plan.cleanup)
    _never(jobs, given, problems)
    for name, job in given.items():
        _times(plan, [one for one in jobs if one.job == name], job, problems)
        _steps(job, problems)


def _never(jobs: Iterable[JobPlan], given: Mapping[str, Given], problems: Problems) -> None:
    """Tell of jobs of which no combination can ever run."""
    dead: set[str] = set()
    several = list(jobs)
    for plan in several:
        waits = any(need in dead for need in plan.needs) and not _STATES.search(plan.condition)
        if plan.condition == "false" or waits:
            dead.add(plan.id)
    for name, job in given.items():
        ids = [one.id for one in several if one.job == name]
        if ids and all(one in dead for one in ids):
            own = any(one.condition == "false" for one in several if one.job == name)
            hint = "its condition is always false" if own else "it needs a job that never runs"
            problems.warning(job.at("if" if own else "needs"), "never-runs", f'the job "{name}" can never run', hint)


def _times(plan: Plan, jobs: list[JobPlan], given: Given, problems: Problems) -> None:
    if not jobs:
        return
    job = jobs[0]
    if job.timeout > plan.timeout:
        said = f'the timeout of the job "{job.job}" is longer than that of the whole run'
        problems.warning(given.at("timeout"), "timeout", said, f"the run ends after {plan.timeout:g} seconds")
    most, called = (job.timeout, "job") if job.timeout else (plan.timeout, "run")
    for step, one in zip(job.steps, given.get("steps", ()), strict=False):
        if "timeout" in one and step.timeout > most:
            said = f'the timeout of the step "{step.name}" is longer than that of its {called}'
            problems.warning(one.at("timeout"), "timeout", said, f"the {called} ends after {most:g} seconds")


def _steps(job: Given, problems: Problems) -> None:
    for step in job.get("steps", ()):
        if step.get("continue_on_error") and step.get("on_failure") == "stop":
            said = "continue_on_error and on_failure say different things"
            problems.error(step.at("on_failure"), "contradiction", said, "leave one of them out")
        if "with" in step and "uses" not in step:
            problems.warning(step.at("with"), "unused", '"with" is for tools: this step has no "uses"', "see env")
        if "shell" in step and "uses" in step:
            problems.warning(step.at("shell"), "unused", '"shell" is for scripts: this step has no "run"')


def check_unused(
    params: Given, templates: Given, used: Iterable[str], extended: Iterable[str], problems: Problems
) -> None:
    """Warn of parameters and templates that nobody asks for."""
    asked, bases = set(used), set(extended)
    for name in params:
        if f"params.{name}" not in asked:
            hint = f"ask for it by params.{name}, or leave it out"
            problems.warning(params.at(name), "unused", f'the parameter "{name}" is never asked for', hint)
    for name in templates:
        if name not in bases:
            hint = "name it under extends, or leave it out"
            problems.warning(templates.at(name), "unused", f'the template "{name}" is never extended', hint)


def check_columns(plan: Plan, columns: Given, problems: Problems) -> None:
    """Tell of jobs and steps in columns that are nowhere, and of results that no job reports."""
    reported = any(job.reports or any(step.uses for step in job.steps) for job in (*plan.jobs, *plan.cleanup))
    for column in plan.columns:
        mark = columns[column.name].at("value")
        for call in _calls(column.expression):
            _named(call, plan, mark, problems)
        asked = _tables(column.expression) & {"findings", "tests", "coverage", "metrics"}
        if asked and not reported:
            said = f'the column "{column.name}" asks for {min(asked)}, but no job has reports'
            problems.warning(mark, "no-reports", said, "name the files to read under reports, or a tool under uses")


def _nodes(expression: str) -> list[object]:
    try:
        return list(walk(tree(expression)))
    except Mistake:
        return []


def _calls(expression: str) -> Iterator[Call]:
    return (one for one in _nodes(expression) if isinstance(one, Call) and one.function in {"job", "step"})


def _tables(expression: str) -> set[str]:
    return {one.name for one in _nodes(expression) if isinstance(one, Name)}


def _named(call: Call, plan: Plan, mark: Mark, problems: Problems) -> None:
    words = [str(one.value) for one in call.arguments if isinstance(one, Literal)]
    if len(words) != len(call.arguments) or not words:
        return
    jobs = [one for one in (*plan.jobs, *plan.cleanup) if words[0] in {one.id, one.job}]
    if not jobs:
        names = {one.job for one in (*plan.jobs, *plan.cleanup)}
        problems.error(mark, "unknown-job", f'there is no job "{words[0]}"', meant(words[0], names))
        return
    steps = {step.name for job in jobs for step in job.steps if step.run or step.uses}
    if call.function == "step" and words[-1] not in steps:
        said = f'the job "{words[0]}" has no step "{words[-1]}"'
        problems.error(mark, "unknown-step", said, meant(words[-1], steps))
