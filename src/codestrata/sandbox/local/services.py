"""Services of a job: commands that run beside the others, and are ready before any of them."""

from __future__ import annotations

import time
from dataclasses import replace

from codestrata.errors import InvalidInput
from codestrata.sandbox.base import Command, Service
from codestrata.sandbox.local.errors import RoomBroken
from codestrata.sandbox.local.launching import Launcher
from codestrata.sandbox.local.room import LocalRoom
from codestrata.sandbox.local.running import LocalHandle

_PAUSE = 0.02
_OUTPUT = 1 << 16
_LAST_LINES = 5


def start_services(room: LocalRoom, launcher: Launcher) -> None:
    """Start a room's services and wait until all are ready. Raises RoomBroken with the last words of one."""
    for service in room.job.services:
        if not service.command:
            raise InvalidInput(
                f"the local runner has no images: service {service.name!r} needs a command",
                where=room.job.id,
                hint="give it a `command`, or use the docker runner",
            )
        limits = replace(room.job.limits, wall=0.0, cpu_seconds=0.0, output=_OUTPUT)
        room.services.append(launcher.start(room, Command(service.command, env=service.env, limits=limits)))
    for service, handle in zip(room.job.services, room.services, strict=True):
        _await(room, launcher, service, handle)


def _await(room: LocalRoom, launcher: Launcher, service: Service, handle: LocalHandle) -> None:
    end = time.monotonic() + service.ready.timeout
    while not _is_ready(room, launcher, service):
        ended = handle.wait(_PAUSE)
        if ended:
            raise RoomBroken(f"service {service.name!r} ended: {ended.reason or 'with 0'}; {_last(handle)}")
        if time.monotonic() > end:
            raise RoomBroken(
                f"service {service.name!r} is not ready after {service.ready.timeout:g} s; {_last(handle)}"
            )


def _is_ready(room: LocalRoom, launcher: Launcher, service: Service) -> bool:
    ready = service.ready
    if ready.tcp and not room.keeper.ask("tcp", port=ready.tcp)[0]["answers"]:
        return False
    if not ready.command:
        return True
    limits = replace(room.job.limits, wall=max(1.0, ready.timeout), output=_OUTPUT)
    ended = launcher.start(room, Command(ready.command, env=service.env, limits=limits)).wait()
    return ended is not None and ended.code == 0


def _last(handle: LocalHandle) -> str:
    lines = handle.tail.decode("utf-8", "replace").strip().splitlines()[-_LAST_LINES:]
    return "its last words: " + " | ".join(lines) if lines else "it said nothing"
