"""DummyRunner: rooms are folders, commands are scripts of the dummy's language, run in a thread."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from codestrata.errors import InvalidInput, SecurityViolation
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import (
    Caps,
    Command,
    Connection,
    Exit,
    Isolation,
    Job,
    Layer,
    State,
    Usage,
    environment,
)
from codestrata.sandbox.dummy.language import Ended, World, run, run_words
from codestrata.sandbox.files import Tree, claim, destroy, furnish, pack, unpack
from codestrata.sandbox.output import Output
from codestrata.sandbox.owner import alive, me
from codestrata.settings.sandbox import SandboxSettings

_PREFIX = "dummy-"
_OWNER = "owner"


@dataclass(slots=True)
class DummyRoom:
    """A folder with the room's files, and the commands that run in it."""

    job: Job
    root: Path
    files: Tree
    handles: list[DummyHandle] = field(default_factory=list)
    sealed: bool = False


@dataclass(slots=True)
class DummyHandle:
    """A running script."""

    command: Command
    output: Output
    stop: threading.Event = field(default_factory=threading.Event)
    deadline: float = 0.0
    exit: Exit | None = None
    thread: threading.Thread | None = None

    def pause(self, seconds: float) -> None:
        """Sleep, unless time runs out or somebody cancels."""
        limit = self.command.limits.wall
        end = time.monotonic() + seconds
        self.stop.wait(max(min(end, self.deadline) - time.monotonic(), 0))
        if self.stop.is_set():
            raise Ended(137, ResultClass.CANCELLED, "it was cancelled")
        if end > self.deadline:
            raise Ended(137, ResultClass.TIMEOUT, f"it took longer than {limit:g} s", {"seconds": limit})


class DummyRunner:
    """Executes nothing foreign, so it isolates whatever is asked. For its language see ``language.py``.

    ``attempts`` counts how often each ``fail-until`` line was reached by this runner.
    """

    name = "dummy"

    def __init__(self, settings: SandboxSettings, scratch: Path) -> None:
        self.settings = settings
        self.attempts: Counter[str] = Counter()
        self._scratch = scratch
        self._lock = threading.Lock()

    def probe(self) -> Caps:
        """Say that everything is isolated, since nothing runs."""
        detail = "nothing is executed: scripts are read, not run"
        provides = frozenset({Isolation.USERNS, Isolation.STRICT, Isolation.CONTAINER})
        return Caps(self.name, "1", provides, (Layer("everything", State.OK, detail),))

    def prepare(self, job: Job) -> DummyRoom:
        """Copy the tree and the layers into a folder of scratch."""
        if job.isolation and job.isolation not in self.probe().provides:
            raise SecurityViolation(f"the dummy runner does not give {job.isolation}", where=job.id)
        root = self._scratch / f"{_PREFIX}{job.id}"
        claim(root, job)
        (root / _OWNER).write_text(me())
        room = DummyRoom(job, root, Tree(root))
        furnish(room.files, job, root)
        return room

    def start(self, room: DummyRoom, command: Command) -> DummyHandle:
        """Start a script in a thread."""
        if room.sealed:
            raise InvalidInput("the room was kept as a layer: nothing runs in it any more", where=room.job.id)
        handle = DummyHandle(command, Output(command.limits.output), deadline=time.monotonic() + command.limits.wall)
        handle.thread = threading.Thread(target=self._run, args=(room, handle), name=room.job.id, daemon=True)
        room.handles.append(handle)
        handle.thread.start()
        return handle

    def stream(self, handle: DummyHandle) -> Iterator[bytes]:
        """Give the output as it comes."""
        return handle.output.read()

    def wait(self, handle: DummyHandle) -> Exit:
        """Wait for the script's end."""
        assert handle.thread is not None  # noqa: S101 -- start made it
        handle.thread.join()
        assert handle.exit is not None  # noqa: S101 -- the thread's last act
        return handle.exit

    def cancel(self, handle: DummyHandle) -> None:
        """End a script at its next line."""
        handle.stop.set()

    def pack(self, room: DummyRoom, patterns: Sequence[str], out: Path, limit: int) -> int:
        """Pack files of the room."""
        return pack(room.files.work, room.files.home, patterns, out, limit)

    def unpack(self, room: DummyRoom, archive: Path) -> None:
        """Put packed files back."""
        unpack(archive, room.files.work, room.files.home)

    def layer(self, room: DummyRoom, into: Path) -> None:
        """Keep what scripts changed."""
        room.sealed = True
        room.files.keep(into)

    def destroy(self, room: DummyRoom) -> None:
        """End the room's scripts and remove its folder."""
        for handle in room.handles:
            self.cancel(handle)
            self.wait(handle)
        destroy(room.root)

    def sweep(self) -> list[str]:
        """Remove the folders of dead owners."""
        swept = []
        for root in sorted(self._scratch.glob(f"{_PREFIX}*")):
            owner = root / _OWNER
            if owner.is_file() and not alive(owner.read_text()):
                destroy(root)
                swept.append(root.name.removeprefix(_PREFIX))
        return swept

    def _reached(self, key: str) -> int:
        with self._lock:
            self.attempts[key] += 1
            return self.attempts[key]

    def _run(self, room: DummyRoom, handle: DummyHandle) -> None:
        """Run a script to its end, whatever that is."""
        begun = time.monotonic()
        command = handle.command
        world = World(
            room.job,
            command,
            room.files.work,
            room.files.home,
            {**environment(room.job), **command.env},
            handle.output.write,
            handle.pause,
            self._reached,
        )
        try:
            ended = self._interpreted(world)
        except Exception as error:  # noqa: BLE001 -- a fault of ours must not look like the script's
            ended = Ended(-1, ResultClass.INFRA, f"the dummy broke: {error!r}")
        handle.exit = _exit(ended, time.monotonic() - begun, handle.output.total, tuple(world.connections))
        handle.output.end()

    @staticmethod
    def _interpreted(world: World) -> Ended:
        command = world.command
        try:
            world.folder = PurePosixPath(world.folder, command.folder)
            if not world.path(".").is_dir():
                raise Ended(1, reason=f"{command.folder}: no such folder")  # noqa: TRY301 -- as a script would end
            if command.argv:
                run_words(list(command.argv), world)
            else:
                run(command.script, world)
        except Ended as ended:
            return ended
        return Ended(0)


def _exit(ended: Ended, wall: float, output: int, connections: tuple[Connection, ...]) -> Exit:
    result = ended.result or (ResultClass.FAILED if ended.code else ResultClass.PASSED)
    reason = ended.reason or (f"exit status {ended.code}" if ended.code else "")
    usage = Usage(wall, 0.0, 0, output)
    return Exit(ended.code, result, reason, ended.evidence, usage, connections)
