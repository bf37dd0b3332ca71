"""The steps of a job in one room: one after the other, or side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from codestrata.ci.execute.clock import TICK, Deadline
from codestrata.ci.execute.command import run_command
from codestrata.ci.execute.invocation import Invocation, Place
from codestrata.ci.execute.missing import judged
from codestrata.ci.execute.requests import limits
from codestrata.ci.execute.surroundings import environment, names_state, titled, unmet
from codestrata.ci.execute.verdict import Verdict, again, halts, stops
from codestrata.ci.execute.voice import Output
from codestrata.ci.plan import ReportPlan, RetryPlan, StepPlan
from codestrata.ci.records import Access, StepResult
from codestrata.ci.tools.use import ToolUse
from codestrata.errors import SecurityViolation, StrataError
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Command, Exit

#: Seconds by which a runner's clock may differ from ours.
_SLACK = 0.25
_NO_RETRY = RetryPlan()


@dataclass(slots=True)
class Record:
    """What the steps of a job left so far, over all its attempts; several steps may write at once."""

    steps: list[StepResult] = field(default_factory=list)
    accesses: list[Access] = field(default_factory=list)
    counts: dict[tuple[int, int], int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def attempt(self, step: int, repeat: int) -> int:
        """Count one more execution of a step; from 1."""
        with self.lock:
            self.counts[step, repeat] = self.counts.get((step, repeat), 0) + 1
            return self.counts[step, repeat]


class Steps:
    """One pass over the steps of a job. ``reports`` are those that tools among them write.

    ``ended``: how each ended. ``broken``: by the name of a tool's report, why what the tool wrote is no judgement.
    """

    def __init__(self, place: Place, record: Record) -> None:
        self.place = place
        self.record = record
        self.reports: list[ReportPlan] = []  # appended to by threads: one act in CPython
        self.ended: list[tuple[StepPlan, StepResult]] = []
        self.broken: dict[str, str] = {}

    def work(self) -> Verdict:
        """Run them, and conclude from the first that did not pass and stops the job."""
        numbered = list(enumerate(self.place.view.job.steps, 1))
        ended = self._beside(numbered) if self.place.view.job.parallel else self._after(numbered)
        self.ended = ended
        bad = next(((step, one) for step, one in ended if stops(step, one.result)), None)
        return Verdict.of(bad[1], bad[0]) if bad else Verdict()

    def _after(self, numbered: list[tuple[int, StepPlan]]) -> list[tuple[StepPlan, StepResult]]:
        ended: list[tuple[StepPlan, StepResult]] = []
        bad: StepResult | None = None
        for number, step in numbered:
            result = self._step(number, step, bad)
            bad = bad or (result if halts(step, result.result) else None)
            ended.append((step, result))
        return ended

    def _beside(self, numbered: list[tuple[int, StepPlan]]) -> list[tuple[StepPlan, StepResult]]:
        """Start all at once; each ends by itself, whatever becomes of the others."""
        ended: dict[int, StepResult] = {}

        def work(number: int, step: StepPlan) -> None:
            ended[number] = self._step(number, step, None)

        threads = [threading.Thread(target=work, args=one, name="beside", daemon=True) for one in numbered]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(TICK)
        lost = "it ended without a result"
        return [(step, ended.get(n) or self._not_run(n, step, ResultClass.INFRA, lost)) for n, step in numbered]

    def _step(self, number: int, step: StepPlan, bad: StepResult | None) -> StepResult:
        """Run a step, or say why not; never raises."""
        try:
            why = self._hindrance(step, bad)
            return self._not_run(number, step, *why) if why else self._tries(number, step)
        except StrataError as error:
            return self._not_run(number, step, ResultClass.FAILED, str(error))
        except Exception as error:  # noqa: BLE001 -- a mistake of ours is no result of the code's
            return self._not_run(number, step, ResultClass.INFRA, f"{type(error).__name__}: {error}")

    def _hindrance(self, step: StepPlan, bad: StepResult | None) -> tuple[ResultClass, str] | None:
        place = self.place
        if place.stop.said:
            return ResultClass.CANCELLED, "cancelled before it began"
        view = replace(place.view, state=replace(place.view.state, failed=bad is not None))
        view = replace(view, env=environment(view, step, place.reach.env))
        if not view.holds(step.condition, self.place.where(step), success=bad is None, usual=bad is None):
            if bad and not names_state(step.condition):
                return ResultClass.SKIPPED, f'step {bad.step} "{bad.name}" did not pass'
            return ResultClass.SKIPPED, unmet(step.condition, step.written)
        if place.deadline.over:
            return ResultClass.TIMEOUT, f"{place.deadline} was over before it began"
        return None

    def _tries(self, number: int, step: StepPlan) -> StepResult:
        policy, tried = step.retry or _NO_RETRY, 0
        while True:
            result, tried = self._once(number, step), tried + 1
            pause = again(policy, tried, result.result, self.place.deadline.left)
            if pause < 0 or self.place.stop.wait(pause):
                return result

    def _once(self, number: int, step: StepPlan) -> StepResult:
        place, job = self.place, self.place.view.job.id
        attempt = self.record.attempt(number, place.repeat)
        title = titled(replace(place.view, env=environment(place.view, step, place.reach.env)), step.name)
        place.run.voice.say("step_started", job=job, step=number, name=title, attempt=attempt, repeat=place.repeat)
        output = Output(place.run.voice, job, number, limits(place.view.job.limits, place.run.scene.settings).output)
        limit = Deadline.after("step", step.timeout or place.run.scene.settings.timeout).nearer(place.deadline)
        began = time.monotonic()
        ended = self._judged(step, limit, output)
        wall = time.monotonic() - began
        if ended.result is ResultClass.TIMEOUT and wall >= limit.at - began - _SLACK:
            ended = replace(ended, reason=_late(limit, limit.at - began))
        accesses = [
            Access(job, number, one.host, one.port, one.allowed, one.sent, one.received, one.reason)
            for one in ended.connections
        ]
        result = StepResult(
            job=job,
            step=number,
            name=step.name,
            result=ended.result,
            reason=ended.reason,
            attempt=attempt,
            repeat=place.repeat,
            code=ended.code,
            evidence=dict(ended.evidence),
            wall=ended.usage.wall or wall,
            cpu_seconds=ended.usage.cpu_seconds,
            memory=ended.usage.memory,
            output=max(ended.usage.output, len(output.log)),
            log=bytes(output.log),
        )
        return self._noted(result, accesses)

    def _judged(self, step: StepPlan, limit: Deadline, output: Output) -> Exit:
        """Run the command; what the runner raises becomes a result."""
        invocation = Invocation(self.place, self.reports)
        command = invocation.command(step, limit)
        if isinstance(command, Exit):
            return command
        ended = self._run(command, output)
        if invocation.use:
            self._trust(step, invocation.use, ended)
        return ended

    def _trust(self, step: StepPlan, use: ToolUse, ended: Exit) -> None:
        """Note of a tool's reports whether its last run judged: it passed, or ended as it does when it finds faults."""
        good = ended.result is ResultClass.PASSED or (ended.result is ResultClass.FAILED and ended.code in use.judging)
        for report in use.reports:
            if good:
                self.broken.pop(report.name, None)
            else:
                self.broken[report.name] = f"{step.name} ended {ended.result}: {ended.reason or ended.code}"

    def _run(self, command: Command, output: Output) -> Exit:
        try:
            ended = run_command(self.place.runner, self.place.room, command, output, self.place.stop)
            return judged(ended, bytes(output.log))
        except SecurityViolation as error:
            return Exit(-1, ResultClass.REFUSED, str(error))
        except Exception as error:  # noqa: BLE001 -- whatever a runner raises says nothing about the code
            said = str(error) if isinstance(error, StrataError) else f"{type(error).__name__}: {error}"
            return Exit(-1, ResultClass.INFRA, said, {"error": type(error).__name__})

    def _not_run(self, number: int, step: StepPlan, result: ResultClass, reason: str) -> StepResult:
        attempt = self.record.attempt(number, self.place.repeat)
        job = self.place.view.job.id
        return self._noted(StepResult(job, number, step.name, result, reason, attempt, self.place.repeat), [])

    def _noted(self, result: StepResult, accesses: list[Access]) -> StepResult:
        with self.record.lock:
            self.record.steps.append(result)
            self.record.accesses += accesses
        self.place.run.voice.say("step_finished", **finished(result))
        return result


def finished(result: StepResult) -> dict[str, Any]:
    """Give what the live log says of a step that has ended."""
    names: Callable[[str], Any] = result.__getattribute__
    parts = ("job", "step", "name", "reason", "attempt", "repeat", "code")
    return {part: names(part) for part in parts} | {"result": str(result.result), "seconds": round(result.wall, 3)}


def _late(limit: Deadline, had: float) -> str:
    rest = "" if limit.owner == "step" else f" ({had:.3g} s of it were left)"
    return f"it took longer than {limit}{rest}"
