"""One try at a job: a room, the steps in it, what is taken out of it; the room is gone in the end, whatever happens."""

from __future__ import annotations

import threading
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from codestrata.ci.execute.cache import Damaged
from codestrata.ci.execute.collect import Collecting
from codestrata.ci.execute.invocation import Place
from codestrata.ci.execute.layers import Kept
from codestrata.ci.execute.requests import request
from codestrata.ci.execute.steps import Steps
from codestrata.ci.execute.surroundings import environment
from codestrata.ci.execute.verdict import Verdict
from codestrata.errors import ErrorClass, InvalidInput, StrataError
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Room, Runner

if TYPE_CHECKING:
    from codestrata.ci.execute.job import JobWork

#: Seconds that a runner may take to remove a room before it is left alone.
REMOVAL = 60.0
#: Cache entries that could not be put back, after which a job goes on without caches.
_SPOILED = 3
#: After these, nothing of a room is worth taking, or the room may not answer.
_NOTHING = frozenset({ResultClass.CANCELLED, ResultClass.INFRA})


class Spoiled(Exception):
    """A cache entry could not be put back, so that the room is not clean any more."""


class Attempt:
    """One try; use it as a context, which removes the room."""

    def __init__(self, work: JobWork, repeat: int, attempt: int) -> None:
        if work.runner is None:
            raise InvalidInput("a job is tried before it has a runner")
        self.work_of = work
        self.runner: Runner = work.runner
        self.repeat = repeat
        self.view = replace(work.view, parts={**work.view.parts, "attempt": attempt, "repeat": repeat})
        self.place: Place | None = None
        self.steps: Steps | None = None
        self._room: Room | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the room."""
        self._close()

    def work(self) -> Verdict:
        """Make a room and run the steps; raises what the runner raises."""
        of = self.work_of
        if of.stop.said:
            return Verdict(ResultClass.CANCELLED, "cancelled before it began")
        if of.deadline.over:
            return Verdict(ResultClass.TIMEOUT, f"{of.deadline} was over before it began", settled=True)
        room = self._open()
        fixed = _order(of.job.repeat.order, self.repeat)
        self.place = Place(of.run, self.runner, room, self.view, of.reach, fixed, self.repeat, of.deadline, of.stop)
        self.steps = Steps(self.place, of.record)
        return self.steps.work()

    def finish(self, verdict: Verdict) -> Verdict:
        """Take reports, artifacts, caches and the layer out of the room; gives the verdict, or why it cannot stand.

        Of a job with a step that was refused only reports are taken: those of the steps before it are judgements.
        """
        if self.place is None or self.steps is None or verdict.result in _NOTHING:
            return verdict
        of = self.work_of
        collecting = Collecting(self.place, of.results, of.first, of.problem)
        collecting.reports(self.steps.reports, self.steps.broken)
        collecting.reports(of.job.reports, {}, self.steps.ended)
        if verdict.result is ResultClass.REFUSED:
            return verdict
        collecting.artifacts(of.job.artifacts)
        if verdict.passed and collecting.excess:
            name, bound = collecting.excess
            verdict = Verdict(ResultClass.DISK, bound.reason(name), evidence=bound.evidence(name))
        if verdict.passed and self.repeat == 1:
            collecting.caches(of.caches)
        if self.repeat == 1 and of.run.layers.wanted(of.job.id):
            self._layer(verdict)
        return verdict

    def _layer(self, verdict: Verdict) -> None:
        """Keep what the room wrote; only a job that passed cannot do without it."""
        layers = self.work_of.run.layers
        try:
            folder = layers.place()
            self.runner.layer(self.place.room, folder)  # type: ignore[union-attr]
            layers.keep(Kept(self.work_of.job.id, self.runner.name, folder))
        except StrataError:
            if verdict.passed:
                raise

    def _open(self) -> Room:
        """Make a room with its caches put back; one whose caches cannot be is made again without them."""
        of = self.work_of
        for spoiled in range(_SPOILED + 1):
            self._room = self._prepared()
            try:
                if spoiled < _SPOILED:
                    self._restore(self._room)
            except Spoiled:
                self._close()
            else:
                return self._room
        raise StrataError("no room could be made", where=f"job {of.job.id}")

    def _prepared(self) -> Room:
        of = self.work_of
        below = of.run.layers.below(of.job)
        for layer in below:
            if layer.runner != self.runner.name:
                said = f"it stands on the files of {layer.job}, which {layer.runner} ran, not {self.runner.name}"
                raise InvalidInput(said, where=f"job {of.job.id}", hint="give both jobs the same runner")
        env = environment(self.view, None, of.reach.env)
        folders = tuple(layer.folder for layer in below)
        job = request(self.view, of.run.scene, of.run.room_id(of.job.job), folders, env)
        room = self.runner.prepare(job)
        for service in job.services:
            of.run.voice.say("service", job=of.job.id, name=service.name, state="ready")
        return room

    def _restore(self, room: Room) -> None:
        of = self.work_of
        for key, plan in of.caches:
            found = of.run.cache.find(key, plan.restore)
            if not found:
                continue
            try:
                with of.run.cache.archive(found) as archive:
                    self.runner.unpack(room, archive)
            except Damaged as error:
                self.work_of.problem(str(error))
            except StrataError as error:
                if error.error_class is ErrorClass.INFRA:
                    raise
                of.run.cache.drop(found)
                self.work_of.problem(f"cache entry {found!r} could not be put back and was dropped: {error}")
                raise Spoiled from error

    def _close(self) -> None:
        """Remove the room; a runner that does not come back from it is left alone."""
        room, self._room = self._room, None
        if room is None:
            return
        removing = threading.Thread(target=self.runner.destroy, args=(room,), name="remove", daemon=True)
        removing.start()
        removing.join(REMOVAL)
        if removing.is_alive():
            self.work_of.problem(f"the runner {self.runner.name} did not remove a room within {REMOVAL:g} s")


def _order(orders: tuple[str, ...], repeat: int) -> dict[str, str]:
    """Give the variables that tell tests which run this is, in which order to go, and a fixed seed for it."""
    order = orders[(repeat - 1) % len(orders)] if orders else "default"
    return {"STRATA_REPEAT": str(repeat), "STRATA_ORDER": order, "STRATA_SEED": str(repeat)}
