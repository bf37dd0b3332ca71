"""Which job when: a graph by ``needs``, worked on by a few threads, until all are over."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping, Sequence

from codestrata.ci.allowance import AFTER_LIMIT, AFTER_STOP
from codestrata.ci.execute.clock import TICK, Deadline, Stop
from codestrata.ci.execute.job import Ended, JobWork
from codestrata.ci.execute.layers import order
from codestrata.ci.execute.run import Run
from codestrata.ci.execute.surroundings import View, environment, names_state, unmet
from codestrata.ci.expressions import State
from codestrata.ci.plan import JobPlan
from codestrata.ci.records import JobResult, Results
from codestrata.errors import StrataError
from codestrata.model.result import ResultClass

_HARMLESS = frozenset({ResultClass.PASSED, ResultClass.SKIPPED})


class Schedule:
    """Jobs on their way. ``known``: jobs that are over already; ``cleanup``: these run whatever became of those."""

    def __init__(
        self,
        run: Run,
        jobs: Sequence[JobPlan],
        limit: Deadline,
        stop: Stop,
        *,
        known: Mapping[str, Ended] | None = None,
    ) -> None:
        self.run = run
        self.limit = limit
        self.stop = stop
        self.cleanup = known is not None
        self.ended: dict[str, Ended] = dict(known or {})
        self._before = list(self.ended)
        self._waiting = {job.id: job for job in jobs}
        self._cleared: set[str] = set()
        self._running: dict[str, threading.Thread] = {}
        self._all = {job.id: job for job in (*run.plan.jobs, *run.plan.cleanup)}
        self._inbox: queue.SimpleQueue[Ended] = queue.SimpleQueue()
        self._patience = Deadline.after("runner", 0)

    def work(self) -> None:
        """Run them all; may be called again after an interrupt, and then ends what is left."""
        while self._waiting or self._running:
            self._decide()
            if not self._running:
                continue
            try:
                self._settle(self._inbox.get(timeout=TICK))
            except queue.Empty:
                self._give_up()

    def _decide(self) -> None:
        """Start what can start; settle what cannot run any more."""
        over = self._over()
        moved = True
        while moved:
            moved = False
            for job in list(self._waiting.values()):
                why = over or self._hindrance(job)
                if why:
                    self._end(job, *why)
                    moved = True
                elif self._ready(job):
                    self._start(job)
        if self._waiting and not self._running and not over:
            for job in list(self._waiting.values()):
                self._end(
                    job, ResultClass.FAILED, "it waits for jobs that cannot end before it: a circle, or no such job"
                )

    def _over(self) -> tuple[ResultClass, str] | None:
        if self.stop.said:
            return ResultClass.CANCELLED, "cancelled before it began"
        if self.limit.over:
            return ResultClass.TIMEOUT, f"{self.limit} was over before it began"
        return None

    def _needs_over(self, job: JobPlan) -> bool:
        return all(name in self.ended for name in job.needs)

    def _hindrance(self, job: JobPlan) -> tuple[ResultClass, str] | None:
        """Say why a job whose needs are over does not run; asked once, since their results stay."""
        if job.id in self._cleared or not self._needs_over(job):
            return None
        self._cleared.add(job.id)
        bad = next((name for name in job.needs if not self._good(name)), "")
        try:
            view = View(self.run.world, job, self._needs(job), state=self._state(job))
            view = View(self.run.world, job, view.needs, env=environment(view, None, {}), state=view.state)
            success = not view.state.failed if self.cleanup else not bad
            if view.holds(job.condition, f"job {job.id}", success=success, usual=self.cleanup or not bad):
                return None
        except StrataError as error:
            return ResultClass.FAILED, str(error)
        if bad and not names_state(job.condition):
            return ResultClass.SKIPPED, f'it needs "{bad}", which ended {self.ended[bad].result.result}'
        return ResultClass.SKIPPED, unmet(job.condition, job.written)

    def _good(self, name: str) -> bool:
        """Say whether a job counts as passed for those that need it."""
        result = self.ended[name].result.result
        plan = self._all.get(name)
        lenient = plan is not None and plan.continue_on_error and result not in _NOT_LENIENT
        return result is ResultClass.PASSED or lenient

    def _state(self, job: JobPlan) -> State:
        before = self._before if self.cleanup else order(job, self._all)
        failed = any(not self._good(name) and self.ended[name].result.result not in _HARMLESS for name in before)
        return State(
            failed=failed, cancelled=any(self.ended[name].result.result is ResultClass.CANCELLED for name in before)
        )

    def _needs(self, job: JobPlan) -> dict[str, ResultClass]:
        """Give the results of the needed jobs by id, and by name as that of the first that did not pass."""
        found: dict[str, ResultClass] = {}
        for name in job.needs:
            ended = self.ended[name].result
            found[name] = ended.result
            if found.get(ended.job, ResultClass.PASSED) is ResultClass.PASSED:
                found[ended.job] = ended.result
        return found

    def _ready(self, job: JobPlan) -> bool:
        if not self._needs_over(job) or len(self._running) >= max(self.run.scene.parallel, 1):
            return False
        same = sum(self._all[name].job == job.job for name in self._running)
        return not job.max_parallel or same < job.max_parallel

    def _start(self, job: JobPlan) -> None:
        del self._waiting[job.id]
        work = JobWork(self.run, job, self._needs(job), self.limit, self.stop)
        thread = threading.Thread(target=self._do, args=(work,), name=f"job {job.id}", daemon=True)
        self._running[job.id] = thread
        thread.start()

    def _do(self, work: JobWork) -> None:
        """Do a job on its thread; it is told to be over whatever happens."""
        ended = self._not_run(work.job, ResultClass.INFRA, "its thread ended without a result")
        try:
            ended = work.work()
        finally:
            self._inbox.put(ended)

    def _end(self, job: JobPlan, result: ResultClass, reason: str) -> None:
        """Settle a job that was not run."""
        self._waiting.pop(job.id, None)
        self._settle(self._not_run(job, result, reason))

    def _not_run(self, job: JobPlan, result: ResultClass, reason: str) -> Ended:
        ended = JobResult(job.id, job.job, result, reason, dict(job.matrix), job.runner, job.isolation, attempts=0)
        return Ended(ended, Results())

    def _settle(self, ended: Ended) -> None:
        result = ended.result
        thread = self._running.pop(result.id, None)
        if thread:
            thread.join(TICK)
        self.ended[result.id] = ended
        self.run.layers.ended(result.id)
        self.run.voice.say(
            "job_finished",
            job=result.id,
            result=str(result.result),
            reason=result.reason,
            seconds=round(result.wall, 3),
        )

    def _give_up(self) -> None:
        """Leave jobs alone whose runner never comes back."""
        if self._patience.seconds == 0 and self._over():
            self._patience = Deadline.after("runner", AFTER_STOP if self.stop.said else AFTER_LIMIT)
        if self._patience.over:
            for name in list(self._running):
                self._end(self._all[name], ResultClass.INFRA, "its runner did not come back")


_NOT_LENIENT = frozenset({ResultClass.SKIPPED, ResultClass.CANCELLED, ResultClass.REFUSED, ResultClass.INFRA})
