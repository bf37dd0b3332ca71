"""One command in a room: started, heard, ended in time, never waited for without an end."""

from __future__ import annotations

import threading

from codestrata.ci.execute.clock import TICK, Deadline, Stop
from codestrata.ci.execute.voice import Output
from codestrata.errors import StrataError
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Command, Exit, Handle, Room, Runner

#: Seconds that a runner gets to end a command after its limit, before it is told to, and after it was told to.
GRACE = 15.0


class _Running:
    """A command on a thread of its own, since a runner's calls may block."""

    def __init__(self, runner: Runner, room: Room, command: Command, output: Output) -> None:
        self.runner = runner
        self.handle: Handle | None = None
        self.exit: Exit | None = None
        self.error: BaseException | None = None
        self.done = threading.Event()
        work = threading.Thread(target=self._work, args=(room, command, output), name="step", daemon=True)
        work.start()
        self.thread = work

    def _work(self, room: Room, command: Command, output: Output) -> None:
        try:
            self.handle = self.runner.start(room, command)
            for chunk in self.runner.stream(self.handle):
                output.hear(chunk)
            self.exit = self.runner.wait(self.handle)
        except BaseException as error:  # noqa: BLE001 -- it is the waiting thread's to judge
            self.error = error
        finally:
            self.done.set()

    def cancel(self) -> bool:
        """End the command; False where it has not started yet."""
        handle = self.handle
        if handle is None:
            return False
        self.runner.cancel(handle)
        return True


def run_command(
    runner: Runner, room: Room, command: Command, output: Output, stop: Stop, *, grace: float | None = None
) -> Exit:
    """Run a command and say how it ended; what the runner raises is raised here.

    The runner holds the time limit (``command.limits.wall``). One that is ``grace`` seconds late is told to cancel;
    one that is late again is left alone, and the result is ``infra``.
    """
    grace = GRACE if grace is None else grace
    running = _Running(runner, room, command, output)
    limit = Deadline.after("runner", command.limits.wall + grace)
    told, last = False, Deadline.after("runner", 0)
    while not running.done.wait(TICK):
        output.flush()
        if not told and (stop.said or limit.over):
            told = running.cancel()
            last = Deadline.after("runner", grace) if last.seconds == 0 else last
        if last.over:
            output.flush(final=True)
            said = f"the runner {runner.name} did not end a command that it was told to end {grace:g} s ago"
            return Exit(-1, ResultClass.INFRA, said, {"runner": runner.name})
    running.thread.join(grace)
    output.flush(final=True)
    if running.error is not None:
        raise running.error
    if running.exit is None:
        raise StrataError(f"the runner {runner.name} gave no result")
    return running.exit
