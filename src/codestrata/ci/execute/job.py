"""One job: as often as it is to be repeated, each time as often as it may be tried, each try in a room of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from codestrata.ci.execute.attempt import Attempt
from codestrata.ci.execute.clock import Deadline, Stop
from codestrata.ci.execute.requests import Reach, isolation, reach
from codestrata.ci.execute.run import Run
from codestrata.ci.execute.steps import Record
from codestrata.ci.execute.surroundings import View, environment
from codestrata.ci.execute.verdict import Verdict, again, over_repeats
from codestrata.ci.plan import CachePlan, JobPlan
from codestrata.ci.records import JobResult, Results
from codestrata.errors import InvalidInput, MissingExtra, RegistryUnknown, SecurityViolation, StrataError
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Runner

#: Problems that are told of one job.
MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that is over: how, and all that came of it."""

    result: JobResult
    results: Results


class JobWork:
    """The work of one job, on one thread."""

    def __init__(self, run: Run, job: JobPlan, needs: Mapping[str, ResultClass], limit: Deadline, stop: Stop) -> None:
        self.run = run
        self.job = job
        self.limit = limit
        self.deadline = limit
        self.stop = stop
        self.record = Record()
        self.results = Results()
        self.view = View(run.world, job, needs)
        self.runner: Runner | None = None
        self.reach = Reach()
        self.caches: list[tuple[str, CachePlan]] = []
        self.attempts = 0
        #: The repetition that gave a report's findings.
        self.first: dict[str, int] = {}

    def work(self) -> Ended:
        """Do it; whatever goes wrong becomes the job's result."""
        began = time.monotonic()
        self.run.voice.say("job_started", job=self.job.id)
        self.deadline = Deadline.after("job", self.job.timeout).nearer(self.limit)
        verdict = guarded(self._whole)
        self.results.steps = sorted(self.record.steps, key=lambda one: (one.repeat, one.attempt, one.step))
        self.results.accesses = self.record.accesses
        result = JobResult(
            id=self.job.id,
            job=self.job.job,
            result=verdict.result,
            reason=verdict.reason,
            evidence=verdict.evidence,
            matrix=dict(self.job.matrix),
            runner=self.runner.name if self.runner else self.job.runner,
            isolation=self._isolation(),
            attempts=max(self.attempts, 1),
            wall=time.monotonic() - began,
        )
        return Ended(result, self.results)

    def problem(self, text: str) -> None:
        """Note what is wrong beside the steps: each once, and not without end."""
        told, known = f"job {self.job.id}: {text}", self.results.problems
        if len(known) < MOST_PROBLEMS and told not in known:
            last = len(known) == MOST_PROBLEMS - 1
            known.append(f"job {self.job.id}: more problems than are told" if last else told)
            self.run.voice.say("problem", job=self.job.id, text=text)

    def _isolation(self) -> str:
        """Name the isolation it runs with; where it does not run, the one it asked for."""
        if self.runner is None:
            return self.job.isolation
        return str(self.runner.probe().given(isolation(self.job, self.run.scene.settings)) or "")

    def _whole(self) -> Verdict:
        self.runner = self.run.scene.runner(self.job.runner, isolation(self.job, self.run.scene.settings))
        self.reach = reach(self.job, self.run.scene)
        if self.reach.problem:
            self.problem(self.reach.problem)
        parts = {"id": self.job.id, "name": self.job.job, "runner": self.runner.name, "isolation": self._isolation()}
        self.view = replace(self.view, parts=parts)
        self.caches = self._keys()
        verdicts: list[Verdict] = []
        for repeat in range(1, self.job.repeat.runs + 1):
            verdicts.append(self._tries(repeat))
            if verdicts[-1].result in {ResultClass.CANCELLED, ResultClass.REFUSED}:
                break
        return over_repeats(verdicts)

    def _keys(self) -> list[tuple[str, CachePlan]]:
        """Give the caches with their keys, templates filled in."""
        where = f"job {self.job.id}, cache"
        view = replace(self.view, env=environment(self.view, None, self.reach.env))
        found = []
        for one in self.job.cache:
            restore = tuple(view.render(prefix, where) for prefix in one.restore)
            key = view.render(one.key, where)
            found.append((key, CachePlan(key=key, paths=one.paths, restore=restore)))
        return found

    def _tries(self, repeat: int) -> Verdict:
        """Try the steps, again in a fresh room as the job's policy allows: the pipeline's, where it has none itself.

        The compiler has put that in; a job that says ``max: 0`` is never tried again, whatever the pipeline says.
        """
        policy, tried = self.job.retry, 0
        while True:
            tried += 1
            self.attempts = max(self.attempts, tried)
            with Attempt(self, repeat, tried) as attempt:
                verdict = guarded(attempt.work)
                pause = -1.0 if verdict.settled else again(policy, tried, verdict.result, self.deadline.left)
                if pause < 0:
                    return guarded(lambda: attempt.finish(verdict))  # noqa: B023 -- called at once
            if self.stop.wait(pause):
                return Verdict(ResultClass.CANCELLED, "cancelled while it waited to be tried again")


def guarded(work: Callable[[], Verdict]) -> Verdict:
    """Turn errors into results: refused is never run weaker, and what breaks around the code is not its doing."""
    try:
        return work()
    except (SecurityViolation, MissingExtra, RegistryUnknown) as error:
        return Verdict(ResultClass.REFUSED, str(error))
    except InvalidInput as error:
        return Verdict(ResultClass.FAILED, str(error))
    except StrataError as error:
        return Verdict(ResultClass.INFRA, str(error))
    except Exception as error:  # noqa: BLE001 -- a runner's library may raise anything
        return Verdict(ResultClass.INFRA, f"{type(error).__name__}: {error}")
