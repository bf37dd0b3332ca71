"""A shift: the supervision of one stage's work.

Workers lease tasks from the ledger themselves; the supervisor watches. It notices a dead worker at once, gives back
what that held, charges the one task it was at, and starts another; it kills a worker whose task is out of time, and
keeps the leases of the living alive.
"""

from __future__ import annotations

import shutil
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codestrata.engine import limits
from codestrata.errors import ErrorClass, StorageError
from codestrata.store.tasks import Cost, Failure

if TYPE_CHECKING:
    from codestrata.engine.board import Board
    from codestrata.engine.crew import Crew, Hand, Message
    from codestrata.engine.interrupt import Interrupts
    from codestrata.settings.engine import EngineSettings
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.ledger import Ledger
    from codestrata.store.tasks import Lease

#: Longest wait between two looks at the clocks, in seconds.
_TICK = 0.5
#: Wait between two questions to the ledger while workers are idle, in seconds.
_ASK = 0.05
#: Seconds that a supervisor has to live on before a task is to blame for a worker's death: who kills everything, one
#: after the other, has come to the supervisor by then.
_DOUBT = 2.0


@dataclass(slots=True)
class Shift:
    """The supervision of one stage in one run; ``patience`` is the stage's (:mod:`codestrata.engine.base`)."""

    catalogue: Catalogue
    ledger: Ledger
    crew: Crew
    settings: EngineSettings
    run: int
    stage: str
    board: Board
    patience: float = 0.0
    heartbeat: float = 0.0
    question: float = 0.0
    ending: bool = False
    deaths: deque[float] = field(default_factory=deque)

    def work(self, interrupts: Interrupts) -> None:
        """Supervise until nothing is due."""
        try:
            while self._busy():
                self._turn(interrupts.fd)
                if interrupts.count:
                    self._wind_up(interrupts)
            if self.deaths:
                self.ledger.confirm()
        except BaseException:
            self._abandon()
            raise

    def _busy(self) -> bool:
        """Say whether anything is left to do or to hear of; give idle workers what the ledger says is due."""
        idle = sum(hand.idle for hand in self.crew.hands)
        all_idle = idle == len(self.crew.hands)
        now = time.monotonic()
        if not all_idle and (not idle or now < self.question):
            return True
        self.question = now + _ASK
        due = self.ledger.due(self.run, self.stage)
        if due.ready:
            self._set_to_work(all_idle=all_idle)
        return not (due.nothing and all_idle)

    def _set_to_work(self, *, all_idle: bool) -> None:
        if all_idle:
            wanted = limits.workers(self.settings, self.ledger.ready_pools(self.run, self.stage))
            least = min(len(self.crew.hands), limits.processors(self.settings))  # the next stage will want them again
            self.crew.resize(max(wanted, least))
        for hand in self.crew.hands:
            if hand.idle:
                hand.idle = False
                hand.order(kind="work", run=self.run, stage=self.stage)

    def _turn(self, *others: int) -> None:
        """Wait for the next thing to happen (descriptors that are readable are one, too), and see to it."""
        self._keep_alive()
        self._believe()
        self.crew.overdue()
        for hand, message in self.crew.messages(self._patience(), *others):
            if message is None:
                self._lost(hand)
            else:
                self._hear(message)

    def _patience(self) -> float:
        """Give the seconds until the supervisor has to look at something by itself."""
        next_deadline = min((hand.deadline for hand in self.crew.hands if not hand.late), default=float("inf"))
        pause = _ASK if any(hand.idle for hand in self.crew.hands) else _TICK
        return max(0.0, min(pause, next_deadline - time.monotonic()))

    def _keep_alive(self) -> None:
        now = time.monotonic()
        if now >= self.heartbeat:
            self.heartbeat = now + self.settings.lease_seconds / 3
            for hand in self.crew.hands:
                self.ledger.heartbeat(hand.name)

    def _believe(self) -> None:
        """Let charges for deaths stand that are old enough."""
        old = time.monotonic() - _DOUBT
        if self.deaths and self.deaths[0] <= old:
            while self.deaths and self.deaths[0] <= old:
                self.deaths.popleft()
            self.ledger.confirm(self.ledger.clock() - _DOUBT)

    def _hear(self, message: Message) -> None:
        match message["kind"]:
            case "begin":
                self.board.begin(message["task"], message["weight"], message["title"])
            case "progress":
                self.board.advance(message["task"], message["done"])
            case "event":
                self.board.said(message["task"], message["event"])
            case "end":
                self.board.end(message["task"], message["title"], message["state"], message["reason"])
            case "storage":
                raise StorageError(message["message"], where=message["where"], hint=message["hint"])

    def _lost(self, hand: Hand) -> None:
        """A worker is dead: charge the task it was at, give back the others, start another worker."""
        self.catalogue.untidy = True
        how = self.crew.remove(hand)
        leases = {lease.task: lease for lease in self.ledger.held_by(hand.name)}
        blamed = None if hand.late not in {0, hand.task} else leases.pop(hand.task, None)
        for lease in leases.values():
            self.ledger.give_back(lease)
        if blamed:
            self._charge(blamed, hand, how)
        elif hand.task and (task := self.ledger.task(hand.task)):  # committed before it could tell, or given back
            self.board.end(hand.task, task.title, task.state, "")
        if not self.ending:
            self.crew.resize(len(self.crew.hands) + 1)

    def _charge(self, lease: Lease, hand: Hand, how: str) -> None:
        cost = Cost(seconds=round(time.monotonic() - hand.began, 6))
        if hand.late:
            failure = Failure(ErrorClass.TIMEOUT, f"no end after {lease.seconds:g} s", cost=cost)
        else:
            failure = Failure(ErrorClass.INFRA, f"the worker died ({how})", killed=True, cost=cost)
            self.deaths.append(time.monotonic())
        state = self.ledger.fail(lease, failure) or ""
        self.board.end(lease.task, lease.title, state, failure.message)
        shutil.rmtree(self.crew.layout.scratch / f"{lease.task}.{lease.token}", ignore_errors=True)

    def _wind_up(self, interrupts: Interrupts) -> None:
        """Let running tasks end for a moment (a second interrupt cuts that short), then raise what the first means.

        Tasks of a stage that listens hear of the stop at once, and have its patience to end in order.
        """
        self.ending = True
        end = time.monotonic() + max(self.settings.grace_seconds, self.patience)
        interrupts.heard()
        for hand in self.crew.hands:
            hand.order(kind="stop")
        while time.monotonic() < end and interrupts.count == 1 and not all(hand.idle for hand in self.crew.hands):
            self._turn(interrupts.fd)
        raise interrupts.error

    def _abandon(self) -> None:
        """Kill all workers and give back what they hold, at no charge; nor for those that just died."""
        self.catalogue.untidy = True
        names = self.crew.abandon()
        with suppress(StorageError):  # on a full disk the next holder of the workspace gives the tasks back
            for name in names:
                self.ledger.release(name)
            if self.deaths:
                self.ledger.acquit()
