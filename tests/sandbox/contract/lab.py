"""A laboratory around one runner: rooms with files in them, and commands that are run to their end."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codestrata.sandbox.base import Command, Exit, Handle, Job, Limits, Room, Runner

_numbers = itertools.count(1)

#: Small enough to be reached in a moment.
LIMITS = Limits(wall=20.0, cpus=1.0, memory=96 << 20, processes=48, disk=48 << 20, output=1 << 20)


@dataclass
class Trial:
    """A command that has ended, and what it printed."""

    exit: Exit
    output: bytes

    @property
    def text(self) -> str:
        """Give the output as text, without its last line end."""
        return self.output.decode("utf-8", "replace").rstrip("\n")


@dataclass
class OpenRoom:
    """A room of a runner."""

    runner: Runner
    room: Room

    def start(self, script: str = "", **options: Any) -> Handle:
        """Start a command."""
        options.setdefault("limits", LIMITS)
        return self.runner.start(self.room, Command(script, **options))

    def end(self, handle: Handle) -> Trial:
        """Read a command's output and wait for it."""
        output = b"".join(self.runner.stream(handle))
        return Trial(self.runner.wait(handle), output)

    def run(self, script: str = "", **options: Any) -> Trial:
        """Run a command to its end."""
        return self.end(self.start(script, **options))


@dataclass
class Lab:
    """One runner under test."""

    runner: Runner
    place: Path
    executes: bool = True
    rooms: list[Room] = field(default_factory=list)

    def tree(self, files: Mapping[str, str]) -> Path:
        """Write a source tree on the host."""
        root = self.place / f"tree{next(_numbers)}"
        root.mkdir()
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    def job(self, files: Mapping[str, str] | None = None, **options: Any) -> Job:
        """Make a job over a tree of files."""
        options.setdefault("limits", LIMITS)
        tree = options.pop("tree", None) or self.tree(files or {"README": "hello\n"})
        return Job(f"t-{os.getpid()}-{next(_numbers)}", tree, **options)

    @contextmanager
    def room(self, files: Mapping[str, str] | None = None, **options: Any) -> Iterator[OpenRoom]:
        """Open a room, and destroy it in the end."""
        room = self.runner.prepare(self.job(files, **options))
        try:
            yield OpenRoom(self.runner, room)
        finally:
            self.runner.destroy(room)

    def kept(self, opened: OpenRoom) -> Path:
        """Keep a room as a layer."""
        into = self.place / f"layer{next(_numbers)}"
        self.runner.layer(opened.room, into)
        return into


def after(seconds: float, call: Any) -> threading.Timer:
    """Call something later, from another thread."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
    return timer


def processes_with(mark: str) -> list[int]:
    """Find processes of this host that have a text in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if mark.encode() in (entry / "cmdline").read_bytes().replace(b"\0", b" "):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def gone(mark: str, seconds: float = 5.0) -> bool:
    """Wait until no process has a text in its command line."""
    end = time.monotonic() + seconds
    while (left := processes_with(mark)) and time.monotonic() < end:
        time.sleep(0.05)
    return not left
