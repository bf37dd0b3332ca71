"""What this host gives, found once for each process and user: how rooms are made, and what they hold."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from codestrata.errors import StrataError
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Caps, Command
from codestrata.sandbox.local import probing
from codestrata.sandbox.local.launching import Launcher
from codestrata.sandbox.local.toolchains import Toolchains
from codestrata.sandbox.local.ways import Ways, candidates
from codestrata.settings.sandbox import SandboxSettings

_SWITCHED_OFF = "user namespaces may be switched off: see user.max_user_namespaces and, on Ubuntu, \
kernel.apparmor_restrict_unprivileged_userns (sysctl)"


@dataclass(frozen=True, slots=True)
class Host:
    """How rooms are made here, and what was seen when everything was tried."""

    ways: Ways
    caps: Caps


_seen: dict[tuple[int, int], Host] = {}
_lock = threading.Lock()


def seen_host(scratch: Path) -> Host:
    """Give what is known of this host, for rooms in a folder; the first call tries everything, in under a second."""
    scratch.mkdir(parents=True, exist_ok=True)
    key = (os.geteuid(), scratch.stat().st_dev)
    with _lock:
        if key not in _seen:
            ways = find_ways(scratch)
            _seen[key] = Host(ways, probing.probe(ways, scratch, _launcher(ways)))
        return _seen[key]


def find_ways(scratch: Path) -> Ways:
    """Find the best way in which a room can really be made and a command be run in it."""
    tried: list[str] = []
    hint = ""
    for ways in candidates():
        why, hint = ways.reason or _fails(ways, scratch), ways.hint or hint
        if not why:
            return replace(ways, tried=tuple(tried))
        tried.append(why)
    return Ways(reason="; ".join(dict.fromkeys(tried)), hint=hint or _SWITCHED_OFF)


def _fails(ways: Ways, scratch: Path) -> str:
    """Try one; says why it does not work, or ""."""
    try:
        with probing.ProbeRoom(ways, scratch) as room:
            ended = _launcher(ways).start(room, Command("true", limits=probing.LIMITS)).wait()
    except StrataError as error:
        return str(error)
    return "" if ended and ended.result is ResultClass.PASSED else ended.reason if ended else "it did not end"


def _launcher(ways: Ways) -> Launcher:
    return Launcher(ways, Toolchains(), SandboxSettings())
