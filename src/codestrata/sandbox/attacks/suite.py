"""All attacks against one runner: rooms, commands, traps, judgement."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from codestrata.errors import SecurityViolation, StrataError
from codestrata.model.result import ResultClass
from codestrata.sandbox.attacks import observe
from codestrata.sandbox.attacks.aftermath import script
from codestrata.sandbox.attacks.base import SMALL, Aftermath, Attack, Outcome, Seen, Verdict
from codestrata.sandbox.attacks.judge import GRACE, judge
from codestrata.sandbox.attacks.table import ATTACKS
from codestrata.sandbox.attacks.traps import SHARED, Traps
from codestrata.sandbox.base import Command, Isolation, Job, Mount, Room, Runner, State


def run_attacks(
    runner: Runner,
    scratch: Path,
    attacks: Iterable[Attack] = ATTACKS,
    *,
    image: str = "host",
    isolation: Isolation | None = None,
) -> Iterator[Outcome]:
    """Make every attack against a runner and say what became of each, as they end; one at a time.

    ``image`` is what rooms are made of; those of the host's own programs see a folder of the host's, too, which others
    may not be able to. ``scratch`` is a folder for what attacks leave. What is found when everything is over (mounts,
    control groups, loop devices that were not removed) is a last outcome, ``remains``.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with Traps(Path(tempfile.mkdtemp(prefix="attacks-", dir=scratch))) as traps:
        siege = Siege(runner, traps, image, isolation)
        try:
            for attack in attacks:
                yield siege.make(attack)
        finally:
            siege.close()
        yield siege.remains()


class Siege:
    """One runner under attack: a room that harmless attacks share, and one for each of the others."""

    def __init__(self, runner: Runner, traps: Traps, image: str, isolation: Isolation | None) -> None:
        self.runner = runner
        self.traps = traps
        self._image = image
        self._isolation = isolation
        self._shared: Room | None = None
        self._rooms = 0

    def make(self, attack: Attack) -> Outcome:
        """Make one attack."""
        start = time.monotonic()
        if why := self._untold(attack):
            return self._outcome(attack, Verdict.UNTRIED, why, start)
        try:
            with ExitStack() as stack:
                room = self._room(attack, stack)
                seen = self._run(room, attack)
        except SecurityViolation as error:
            return self._outcome(attack, Verdict.UNTRIED, f"refused: {error.message}", start)
        except StrataError as error:
            orderly = ResultClass.INFRA in attack.expect
            return self._outcome(attack, Verdict.CONTAINED if orderly else Verdict.UNTRIED, str(error), start)
        except Exception as error:  # noqa: BLE001 -- whatever it is, an attack made the runner break
            return self._outcome(attack, Verdict.ESCAPED, f"the runner broke: {type(error).__name__}: {error}", start)
        if (seen.found or seen.exit.reason) and not attack.alone:
            self.close()  # what got through, or was ended by force, may have left the room in disorder
        verdict, detail = judge(attack, seen, self.traps.secrets)
        return replace(self._outcome(attack, verdict, detail, start), result=seen.exit.result.value)

    @staticmethod
    def _outcome(attack: Attack, verdict: Verdict, detail: str, start: float) -> Outcome:
        return Outcome(attack.id, attack.aim, verdict, detail, seconds=round(time.monotonic() - start, 3))

    def close(self) -> None:
        """Remove the shared room."""
        if self._shared is not None:
            self.runner.destroy(self._shared)
            self._shared = None

    def remains(self) -> Outcome:
        """Say what all destroyed rooms left on the host."""
        found = observe.remains((self.traps.token,))
        verdict = Verdict.ESCAPED if found else Verdict.CONTAINED
        detail = "; ".join(found[:3]) or f"{self._rooms} rooms came and went without a trace"
        return Outcome("remains", "leave something on the host when all is over", verdict, detail)

    def _untold(self, attack: Attack) -> str:
        """Say why an attack need not be made, where the runner says itself that it would get through; else ""."""
        layers = self.runner.probe().layers if attack.needs else ()
        told = (one for one in layers if one.name == attack.needs and one.state is not State.OK)
        return next((f"{one.name} is {one.state}: {one.detail}" for one in told), "")

    def _room(self, attack: Attack, stack: ExitStack) -> Room:
        """Give a room for an attack; one of its own is destroyed with the stack."""
        if not attack.alone and self._shared is not None:
            return self._shared
        self._rooms += 1
        job = Job(
            id=f"{self.traps.token}-{self._rooms}",
            tree=self.traps.tree,
            image=self._image,
            isolation=self._isolation,
            limits=replace(attack.limits, wall=60.0) if attack.alone else SMALL,
            mounts=(Mount(self.traps.shared, SHARED),) if self._image == "host" else (),
        )
        room = self.runner.prepare(job)
        if attack.alone:
            stack.callback(self.runner.destroy, room)
        else:
            self._shared = room
        return room

    def _run(self, room: Room, attack: Attack) -> Seen:
        """Run an attack, and look at the host when it has ended."""
        text = attack.script or script(attack.program, self.traps.token)
        command = Command(script=text, limits=attack.limits, network=attack.network, env=attack.env)
        start = time.monotonic()
        handle = self.runner.start(room, command)
        watch = threading.Timer(attack.limits.wall + 2 * GRACE, self.runner.cancel, [handle])
        watch.start()
        try:
            output = b"".join(self.runner.stream(handle))
            ended = self.runner.wait(handle)
        finally:
            watch.cancel()
        seconds = time.monotonic() - start
        found = self.traps.found()
        if attack.after is not None:
            later = attack.after(Aftermath(self.runner, room, self.traps, self.traps.base))
            found = "; ".join(filter(None, (found, later, self.traps.found())))
        return Seen(ended, output, seconds, found)
