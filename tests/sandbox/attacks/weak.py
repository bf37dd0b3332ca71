"""A runner that holds nothing: a plain child process in the host's own tree, with all that the host has.

It does what careless runners do: passes on the environment and open files, follows links, unpacks what it is given,
and ends only the process it started. It is here so that the attacks' judges can be seen to say "escaped".
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Caps, Command, Exit, Isolation, Job, Layer, State


@dataclass
class WeakRoom:
    """A folder of the host's."""

    job: Job
    folder: Path


@dataclass
class WeakHandle:
    """A child process."""

    command: Command
    process: subprocess.Popen[bytes]
    start: float
    cancelled: bool = False
    output: list[bytes] = field(default_factory=list)


class WeakRunner:
    """Runs commands as they are."""

    name = "weak"

    def __init__(self, *, copies: bool = False) -> None:
        self.copies = copies

    def probe(self) -> Caps:
        """Claim nothing."""
        layers = (Layer("everything", State.MISSING, "a plain process"),)
        return Caps("weak", provides=frozenset({Isolation.USERNS}), layers=layers)

    def prepare(self, job: Job) -> WeakRoom:
        """Use the host's tree itself, or a copy of it; or what the last layer holds."""
        if job.layers or not self.copies:
            return WeakRoom(job, job.layers[-1] if job.layers else job.tree)
        folder = job.tree.parent / f"copy-{job.id}"
        shutil.copytree(job.tree, folder, symlinks=True)
        return WeakRoom(job, folder)

    def wrap(self, room: WeakRoom, command: Command) -> list[str]:
        """Give what is started."""
        return list(command.argv) or [command.shell, "-ec", command.script]

    def start(self, room: WeakRoom, command: Command) -> WeakHandle:
        """Start a child."""
        process = subprocess.Popen(
            self.wrap(room, command),
            cwd=room.folder / command.folder,
            env={**os.environ, **command.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            close_fds=False,
        )
        return WeakHandle(command, process, time.monotonic())

    def stream(self, handle: WeakHandle) -> Iterator[bytes]:
        """Give everything, for as long as the child lives and the limit is not over."""
        assert handle.process.stdout is not None
        out = handle.process.stdout.fileno()
        os.set_blocking(out, False)
        while True:
            try:
                data = os.read(out, 65536)
            except BlockingIOError:
                data = None
            if data:
                yield data
            elif data is None or handle.process.poll() is None:
                if handle.process.poll() is not None or self._over(handle):
                    return
                time.sleep(0.01)
            else:
                return

    def _over(self, handle: WeakHandle) -> bool:
        return time.monotonic() - handle.start > handle.command.limits.wall

    def wait(self, handle: WeakHandle) -> Exit:
        """Wait for the child alone, and end it alone."""
        left = handle.command.limits.wall - (time.monotonic() - handle.start)
        try:
            code = handle.process.wait(max(left, 0.01))
        except subprocess.TimeoutExpired:
            handle.process.kill()
            handle.process.wait()
            return Exit(137, ResultClass.TIMEOUT, "out of time")
        finally:
            if handle.process.stdout is not None:
                handle.process.stdout.close()
        return Exit(code, ResultClass.PASSED if code == 0 else ResultClass.FAILED)

    def cancel(self, handle: WeakHandle) -> None:
        """End the child."""
        handle.cancelled = True
        handle.process.kill()

    def pack(self, room: WeakRoom, patterns: Sequence[str], out: Path, limit: int) -> int:
        """Follow every link there is."""
        with tarfile.open(out, "w", dereference=True) as tar:
            for pattern in patterns:
                for path in room.folder.glob(pattern.lstrip("/")):
                    tar.add(path, str(path.relative_to(room.folder)))
        return 1

    def unpack(self, room: WeakRoom, archive: Path) -> None:
        """Trust the archive."""
        with tarfile.open(archive) as tar:
            tar.extractall(room.folder, filter="fully_trusted", members=[m for m in tar if not m.isdev()])

    def layer(self, room: WeakRoom, into: Path) -> None:
        """Copy the tree."""
        shutil.copytree(room.folder, into, symlinks=True)

    def destroy(self, room: WeakRoom) -> None:
        """Leave everything."""

    def sweep(self) -> list[str]:
        """Find nothing."""
        return []
