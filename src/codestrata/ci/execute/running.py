"""A plan over a scene, from the first requirement to the last column."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from codestrata.ci.allowance import CLEANUP, CLEANUP_AFTER_STOP
from codestrata.ci.execute.clock import Deadline, Stop
from codestrata.ci.execute.job import Ended
from codestrata.ci.execute.require import hindrance
from codestrata.ci.execute.run import Run
from codestrata.ci.execute.scene import Scene, Tell, ignore
from codestrata.ci.execute.schedule import Schedule
from codestrata.ci.execute.unjudged import unknown
from codestrata.ci.execute.voice import Voice
from codestrata.ci.expressions import column_values
from codestrata.ci.expressions.types import ABSENT
from codestrata.ci.plan import ColumnPlan, JobPlan, Plan
from codestrata.ci.records import JobResult, Results
from codestrata.model.result import ResultClass


def execute(plan: Plan, scene: Scene, tell: Tell = ignore, cancelled: threading.Event | None = None) -> Results:
    """Run a plan and give all that came of it, in the plan's order; what goes wrong is in the results.

    ``tell`` gets the live log's events, one at a time: ``event`` is job_started, step_started, output, step_finished,
    job_finished, service or problem. Setting ``cancelled`` ends what runs; the rest is ``cancelled``, and cleanup jobs
    get 10 seconds. An interrupt from the keyboard does the same, and is raised again at the end. Raises InvalidInput
    for a scene that cannot be used.
    """
    voice = Voice(tell)
    run = Run.of(plan, scene, voice)
    why = hindrance(run.world)
    if why:
        ended = {job.id: _skipped(job, why) for job in (*plan.jobs, *plan.cleanup)}
    else:
        try:
            ended = _all(run, cancelled)
        finally:
            run.layers.clear()
    results = merged([ended[job.id] for job in (*plan.jobs, *plan.cleanup)])
    results.columns = columns(plan, scene, results, absent=bool(why))
    if not why:
        _forget(results, unknown(plan, results, scene.tool))
    if voice.failure:
        results.problems.append(voice.failure)
    return results


def _forget(results: Results, reasons: Mapping[str, str]) -> None:
    """Make columns null, and say of each reason once which it is that of."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        results.columns[name] = None
        by_reason.setdefault(reason, []).append(name)
    for reason, names in by_reason.items():
        what = f"column {names[0]} is" if len(names) == 1 else f"columns {', '.join(names)} are"
        results.problems.append(f"{what} not known: {reason}")


def _skipped(job: JobPlan, reason: str) -> Ended:
    return Ended(JobResult(job.id, job.job, ResultClass.SKIPPED, reason, dict(job.matrix), attempts=0), Results())


def _all(run: Run, cancelled: threading.Event | None) -> dict[str, Ended]:
    """Run the plan's jobs, then its cleanup jobs, these in time of their own, also when the run was taken back."""
    main = Schedule(run, run.plan.jobs, Deadline.after("pipeline", run.plan.timeout), Stop(cancelled))
    interrupt = _finished(main)
    allowance = Deadline.after("cleanup", CLEANUP_AFTER_STOP if main.stop.said else CLEANUP)
    after = Schedule(run, run.plan.cleanup, allowance, Stop(cancelled, CLEANUP_AFTER_STOP), known=main.ended)
    interrupt = _finished(after) or interrupt
    if interrupt:
        raise interrupt
    return after.ended


def _finished(schedule: Schedule) -> KeyboardInterrupt | None:
    """Work on jobs until all are over; an interrupt ends what runs, and is given back."""
    try:
        schedule.work()
    except KeyboardInterrupt as interrupt:
        schedule.stop.say()
        schedule.work()
        return interrupt
    return None


def merged(parts: Sequence[Ended]) -> Results:
    """Put the results of jobs together, in the order given."""
    whole = Results()
    for part in parts:
        one = part.results
        whole.jobs.append(part.result)
        whole.steps += one.steps
        whole.findings += one.findings
        whole.tests += one.tests
        whole.coverage += one.coverage
        whole.metrics += one.metrics
        whole.accesses += one.accesses
        whole.artifacts += one.artifacts
        whole.reports += one.reports
        whole.problems += one.problems
    return whole


def columns(plan: Plan, scene: Scene, results: Results, *, absent: bool) -> dict[str, bool | int | float | str | None]:
    """Compute the columns; one that cannot be is absent, and a problem says why. ``absent``: none is known."""
    if absent:
        return dict.fromkeys(column.name for column in plan.columns)
    try:
        return dict(column_values(plan.columns, results, scene.repository, plan.parameters))
    except Exception:  # noqa: BLE001 -- one column must not take the others with it
        return _one_by_one(plan, scene, results)


def _one_by_one(plan: Plan, scene: Scene, results: Results) -> dict[str, bool | int | float | str | None]:
    values: dict[str, bool | int | float | str | None] = {}
    good: list[ColumnPlan] = []
    for column in plan.columns:
        try:
            found = column_values([*good, column], results, scene.repository, plan.parameters)
        except Exception as error:  # noqa: BLE001 -- as above
            results.problems.append(f"column {column.name}: {error}")
            values[column.name] = ABSENT.get(column.type, "")
        else:
            values[column.name] = found[column.name]
            good.append(column)
    return values
