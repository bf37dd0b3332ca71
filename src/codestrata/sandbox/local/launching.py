"""Starts a command in a room: its control group, its files and pipes, its way out to the network."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack, suppress

from codestrata.sandbox import seccomp
from codestrata.sandbox.base import Command
from codestrata.sandbox.local import outward, recipe
from codestrata.sandbox.local.errors import RoomBroken
from codestrata.sandbox.local.groups import Group
from codestrata.sandbox.local.link import Keeper
from codestrata.sandbox.local.room import LocalRoom
from codestrata.sandbox.local.running import Life, LocalHandle, Pipes
from codestrata.sandbox.local.toolchains import Toolchains
from codestrata.sandbox.local.users import NOBODY
from codestrata.sandbox.local.watched import Watched
from codestrata.sandbox.local.ways import Ways
from codestrata.settings.sandbox import SandboxSettings

#: Processes that a room has beside its commands': the keeper, bubblewrap twice for each, some that are ending.
_OURS = 16


class Launcher:
    """Starts commands, the same way each."""

    def __init__(self, ways: Ways, tools: Toolchains, settings: SandboxSettings) -> None:
        self._ways = ways
        self._tools = tools
        self._settings = settings

    def start(self, room: LocalRoom, command: Command) -> LocalHandle:
        """Start a command. Raises RoomBroken."""
        with ExitStack() as undo:
            group = None
            if room.place:
                group = room.place.group(f"c{next(room.numbers)}", command.limits)
                undo.callback(group.remove)
            door = outward.Door(command.network, self._settings, room)
            texts = self._texts(room, command, door.environment)
            pipes, pid, opened = self._ask(room, command, texts, group, door.ports)
            undo.callback(_kill, room.keeper, pid)
            life = Life(group or Watched(room.keeper, pid), room.disk, lambda: _kill(room.keeper, pid))
            life.host = room.host
            if opened:
                life.connections = door.open(opened[0], life.closing)
            undo.pop_all()
        return LocalHandle(command, pipes, life)

    def _texts(self, room: LocalRoom, command: Command, network: Mapping[str, str]) -> list[bytes]:
        """Give what bubblewrap reads, in the order of ``recipe``: its arguments, the filter, the script."""
        args = recipe.wrap(room.job, command, self._tools, self._ways, network)
        script = recipe.script(command, room.job)
        return [b"\0".join(os.fsencode(arg) for arg in args) + b"\0", seccomp.program(), script]

    def _ask(
        self, room: LocalRoom, command: Command, texts: list[bytes], group: Group | None, ports: list[int]
    ) -> tuple[Pipes, int, list[int]]:
        with ExitStack() as theirs, ExitStack() as ours:
            pairs = [os.pipe2(os.O_CLOEXEC) for _ in range(3)]
            for mine, other in pairs:
                ours.callback(os.close, mine)
                theirs.callback(os.close, other)
            doors = [
                _opened(theirs, os.open(door, os.O_WRONLY | os.O_CLOEXEC)) for door in (group.doors if group else ())
            ]
            files = [_opened(theirs, _memory(text)) for text in texts]
            (output, output_in), (end, end_in), (status, status_in) = pairs
            answer, opened = room.keeper.ask(
                "start",
                [end_in, output_in, *doors, files[0], status_in, *files[1:]],
                program=self._ways.bwrap,
                argv=["bwrap", "--args", str(recipe.ARGUMENTS), "--", *recipe.argv(command)],
                groups=len(doors),
                listen=ports,
                rlimits=recipe.rlimits(room.job.limits, self._brake(room, command) if group is None else 0),
                user=[room.user, room.user] if self._ways.root else None,
            )
            ours.pop_all()
        return Pipes(output, end, status), answer["pid"], opened

    def _brake(self, room: LocalRoom, command: Command) -> int:
        """Give how many processes the room may have with one more command; 0 where other rooms have the same user."""
        running = [handle for handle in (*room.handles, *room.services) if not handle.over]
        others = sum(handle.command.limits.processes for handle in running)
        return 0 if self._ways.root and room.user == NOBODY else others + command.limits.processes + _OURS


def _opened(stack: ExitStack, file: int) -> int:
    stack.callback(os.close, file)
    return file


def _memory(text: bytes) -> int:
    file = os.memfd_create("sandbox", os.MFD_CLOEXEC)
    view = memoryview(text)
    while view:
        view = view[os.write(file, view) :]
    os.lseek(file, 0, os.SEEK_SET)
    return file


def _kill(keeper: Keeper, pid: int) -> None:
    with suppress(RoomBroken):
        keeper.ask("kill", pid=pid)
