"""Tries every layer of isolation for real: one small room, and a command for each thing it must not be able to do."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from codestrata.errors import StrataError
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import HOST_USER, Caps, Command, Exit, Isolation, Job, Layer, Limits, State
from codestrata.sandbox.local.keeper import landlock
from codestrata.sandbox.local.launching import Launcher
from codestrata.sandbox.local.opening import close_room, open_room
from codestrata.sandbox.local.room import LocalRoom
from codestrata.sandbox.local.toolchains import Toolchains
from codestrata.sandbox.local.users import FOLDER, NOBODY
from codestrata.sandbox.local.ways import Ways

MB = 1 << 20
LIMITS = Limits(wall=5.0, cpus=1.0, memory=64 * MB, processes=32, disk=16 * MB, output=1 << 16)

#: What a room is asked about itself, as ``name=value`` lines.
_LOOK = """
echo "user=$(id -u)"
echo "processes=$(ls -d /proc/[0-9]* | wc -l)"
echo "capabilities=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)"
echo "filter=$(sed -n 's/^Seccomp:[[:space:]]*//p' /proc/self/status)"
echo "privileges=$(sed -n 's/^NoNewPrivs:[[:space:]]*//p' /proc/self/status)"
echo "interfaces=$(sed -n 's/^ *\\([^:]*\\):.*/\\1/p' /proc/net/dev | tr '\\n' ' ')"
echo "sys=$(ls -d /sys /boot /etc/shadow /proc/kcore/x 2>/dev/null | tr '\\n' ' ')"
echo "disks=$(find /dev -type b 2>/dev/null | tr '\\n' ' ')"
(: > /usr/strata-probe) 2>/dev/null && echo system=written || echo system=kept
(echo 1 > /proc/sys/kernel/core_uses_pid) 2>/dev/null && echo kernel=written || echo kernel=kept
unshare -U true 2>/dev/null && echo nested=made || echo nested=refused
setarch -R true 2>/dev/null && echo call=made || echo call=refused
mkdir made && rm -r folder && echo x > file && echo "overlay=$(ls | tr '\\n' ' ')"
"""
_EATERS = {
    "memory": ("head -c 256M /dev/zero | tail -c 256M > /dev/null", replace(LIMITS, memory=32 * MB)),
    "processes": ("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 0.1 & done; wait", replace(LIMITS, processes=8)),
    "processor": ("while :; do :; done", replace(LIMITS, cpus=0.1, wall=0.3)),
}
_FEW = 10
#: Processor seconds of 0.3 s at a tenth of a processor, and some more.
_LITTLE = 0.15
_FILL = "head -c 64M /dev/zero > fill"


@dataclass(frozen=True, slots=True)
class _Found:
    """What was seen: facts of the room, and the ends of those that took too much."""

    facts: Mapping[str, str]
    ends: Mapping[str, Exit]
    reached: bool
    user: int
    walled: bool
    notes: tuple[str, ...]


def probe(ways: Ways, scratch: Path, launcher: Launcher) -> Caps:
    """Try everything; gives what is held, layer by layer."""
    if ways.reason:
        missing = Layer("rooms", State.MISSING, ways.reason, ways.hint)
        return Caps("local", ways.version, layers=(missing,), reason=f"{ways.reason} ({ways.hint})")
    try:
        found = _look(ways, scratch, launcher)
    except StrataError as error:
        return Caps("local", ways.version, layers=(Layer("rooms", State.MISSING, str(error)),), reason=str(error))
    layers = _layers(ways, found)
    holes = [layer for layer in layers if layer.state is State.MISSING]
    if holes:
        reason = "; ".join(f"{layer.name}: {layer.detail}" for layer in holes)
        return Caps("local", ways.version, layers=layers, reason=reason)
    strict = all(layer.state is State.OK for layer in layers if layer.name in _EATERS)
    provides = {Isolation.USERNS} | ({Isolation.STRICT} if strict else set())
    return Caps("local", ways.version, frozenset(provides), (*layers, _landlock(found)))


class ProbeRoom:
    """A room over a small tree, as a context."""

    def __init__(self, ways: Ways, scratch: Path) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._tree = tempfile.TemporaryDirectory(prefix="probe-tree-", dir=scratch)
        (Path(self._tree.name) / "folder").mkdir()
        (Path(self._tree.name) / "file").write_text("")
        self._ways = ways
        self._scratch = scratch

    def __enter__(self) -> LocalRoom:
        """Open it."""
        job = Job(f"probe-{os.getpid()}", Path(self._tree.name), limits=LIMITS)
        try:
            self._room = open_room(job, self._ways, Toolchains(), self._scratch)
        except BaseException:
            self._tree.cleanup()
            raise
        return self._room

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        close_room(self._room)
        self._tree.cleanup()


def _look(ways: Ways, scratch: Path, launcher: Launcher) -> _Found:
    with ProbeRoom(ways, scratch) as room, socket.create_server(("127.0.0.1", 0)) as listener:
        look = launcher.start(room, Command(_LOOK, limits=LIMITS))
        running = {
            name: launcher.start(room, Command(script, limits=limits)) for name, (script, limits) in _EATERS.items()
        }
        reached = bool(room.keeper.ask("tcp", port=listener.getsockname()[1])[0]["answers"])
        look.wait()
        running["disk"] = launcher.start(room, Command(_FILL, limits=LIMITS))
        ends = {name: ended for name, handle in running.items() if (ended := handle.wait())}
        text = b"".join(look.output.read()).decode("utf-8", "replace")
        facts = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        return _Found(facts, ends, reached, room.user, room.keeper.walled, tuple(room.notes))


def _layers(ways: Ways, found: _Found) -> tuple[Layer, ...]:
    facts = found.facts
    apart = facts.get("user") == "1000" and int(facts.get("processes", "999")) < _FEW
    powers = int(facts.get("capabilities", "1"), 16) == 0 and facts.get("privileges") == "1"
    files = not facts.get("sys", "?").strip() and not facts.get("disks", "?").strip()
    kept = facts.get("system") == "kept" and facts.get("kernel") == "kept"
    network = facts.get("interfaces", "?").split() == ["lo"] and not found.reached
    calls = facts.get("filter") == "2" and facts.get("call") == "refused"
    who = "made by root, run as another user" if ways.root else "made in a user namespace"
    return (
        _held("namespaces", apart, f"user, mount, pid, network, ipc, uts, cgroup; {who}"),
        _host_user(ways, found),
        _nested(ways, facts),
        _held("capabilities", powers, "none, and no new ones"),
        _held("system calls", calls, "the filter denies calls"),
        _held("files", files and kept, "no /sys, no block device, no shadow file; the system is read-only"),
        _held(
            "work tree", facts.get("overlay", "").split() == ["file", "made"], "an overlay: the host's stays as it is"
        ),
        _held("network", network, "none but the room's own loopback"),
        *(_limit(ways, name, found.ends.get(name)) for name in _EATERS),
        _disk(ways, found),
    )


def _held(name: str, held: bool, detail: str) -> Layer:  # noqa: FBT001 -- a fact, not a switch
    return Layer(name, State.OK, detail) if held else Layer(name, State.MISSING, f"not so: {detail}")


def _host_user(ways: Ways, found: _Found) -> Layer:
    """Say whom rooms are for the kernel, which has limits for each user: inotify, keys, queues, processes."""
    if ways.root and found.user != NOBODY:
        return Layer(HOST_USER, State.OK, "every room has one of its own, leased")
    if ways.root:
        why = "; ".join(found.notes) or f"no leases can be kept in {FOLDER}, or users beyond nobody are not mapped"
        return Layer(HOST_USER, State.WEAK, f"nobody, in all rooms: {why}", "Linux 5.19 or later, and a writable /run")
    return Layer(
        HOST_USER, State.WEAK, "our own, in all rooms: they share what one user may have of the kernel", "run as root"
    )


def _nested(ways: Ways, facts: Mapping[str, str]) -> Layer:
    name = "further user namespaces"
    if facts.get("nested") != "refused":
        return Layer(name, State.MISSING, "not so: refused")
    if ways.closes:
        return Layer(name, State.OK, "refused by the kernel and by the filter")
    return Layer(
        name, State.WEAK, f"refused by the filter alone, bubblewrap is {ways.version}", "bubblewrap 0.8 or later"
    )


def _limit(ways: Ways, name: str, end: Exit | None) -> Layer:
    wanted = {
        "memory": end is not None and end.evidence.get("oom_kills", 0) > 0,
        "processes": end is not None and end.result is ResultClass.POLICY,
        "processor": end is not None and 0 <= end.usage.cpu_seconds < _LITTLE,
    }[name]
    if ways.groups and wanted:
        return Layer(name, State.OK, f"the kernel's limit (control groups, version {ways.groups.version})")
    hint = "control groups that this user may write to: root, or a delegated cgroup v2 (systemd: Delegate=yes)"
    detail = "the limit did not hold" if ways.groups else "watched, not limited by the kernel"
    return Layer(name, State.WEAK, detail, hint)


def _disk(ways: Ways, found: _Found) -> Layer:
    end = found.ends.get("disk")
    if end is None or end.result is not ResultClass.DISK:
        return Layer(
            "disk", State.WEAK, "the limit did not hold in the probe", "root, for a file system of a fixed size"
        )
    kinds = {
        "image": (State.OK, "a file system of a fixed size, in a file"),
        "memory": (State.OK, "a file system of a fixed size in memory; large ones are a folder that is watched"),
        "folder": (State.WEAK, "a folder that is watched"),
    }
    state, detail = kinds[ways.backing]
    return Layer("disk", state, "; ".join([detail, *found.notes]))


def _landlock(found: _Found) -> Layer:
    """Say whether Landlock is a second wall behind the namespaces; without it, these hold alone."""
    version = landlock.version()
    if found.walled:
        detail = f"ABI {version}: signals and sockets without a file stay in the room, should a namespace fail"
        return Layer("landlock", State.OK, detail)
    there = f"ABI {version}, of {landlock.SCOPES} that scopes need" if version else "not there"
    return Layer("landlock", State.OK, f"{there}: namespaces alone keep signals and sockets in")
