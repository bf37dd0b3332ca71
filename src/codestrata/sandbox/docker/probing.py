"""What a container engine gives here, tried for real: one container is run, with what every command's container has."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from codestrata.errors import StrataError
from codestrata.sandbox.base import HOST_USER, WORK, Caps, Isolation, Layer, Limits, State
from codestrata.sandbox.docker import image, options
from codestrata.sandbox.docker.engine import Engine
from codestrata.sandbox.docker.room import machine
from codestrata.sandbox.owner import me

_TRY = Limits(cpus=1.0, memory=32 << 20, processes=16)
_SCRIPT = f"id -u; cat {WORK}/probe; ls /sys/class/net; grep -E '^(NoNewPrivs|Seccomp|CapBnd):' /proc/self/status"
_SAID = "what is here is seen there"
_OPTIONAL = ("gvisor", "fetching")
_ABSENT = "start one (dockerd), or name its address: setting sandbox.docker_host"


def probe(engine: Engine, folder: Path) -> Caps:
    """Try an engine; ``folder`` is an empty one of this host, to see whether the engine sees it, too."""
    if engine.address.startswith("unix://") and not engine.here:
        return Caps("docker", reason=f"no container engine listens at {engine.address}: {_ABSENT}")
    try:
        version = str(engine.info.get("ServerVersion", ""))
        said = _tried(engine, folder)
    except StrataError as error:
        engine.__dict__.pop("info", None)  # it may be there the next time
        return Caps("docker", reason=str(error))
    layers = _layers(engine, said)
    broken = [layer for layer in layers if layer.state is State.MISSING and layer.name not in _OPTIONAL]
    if broken:
        return Caps("docker", version, layers=layers, reason="; ".join(f"{x.name}: {x.detail}" for x in broken))
    provides = {Isolation.CONTAINER}
    if "runsc" in (engine.info.get("Runtimes") or {}):
        provides.add(Isolation.GVISOR)
    return Caps("docker", version, frozenset(provides), layers)


def _tried(engine: Engine, folder: Path) -> list[str]:
    """Run the container, and give the lines it printed."""
    (folder / "probe").write_text(f"{_SAID}\n")
    folder.chmod(0o755)
    picture = image.prepared(engine, image.HOST)
    host = options.host_config(_TRY, "none", [*image.binds(), f"{folder}:{WORK}:ro"], Isolation.CONTAINER)
    words = ["/bin/sh", "-c", _SCRIPT]
    labels = {options.JOB: "probe", options.OWNER: me(), options.MACHINE: machine()}
    with engine.asked("cannot run a container"):
        made = engine.api.create_container_from_config(options.container(picture, words, {}, labels, host))["Id"]
        try:
            with closing(engine.attach(made)) as frames:
                engine.api.start(made)
                return b"".join(frames).decode("utf-8", "replace").splitlines()
        finally:
            engine.remove(made)


def _layers(engine: Engine, said: list[str]) -> tuple[Layer, ...]:
    status = {line.partition(":")[0]: line.partition(":")[2].strip() for line in said if ":" in line}
    root = os.geteuid() == 0 and "rootless" not in engine.options
    return (
        _layer("files", _SAID in said, "the engine sees this host's folders", "the engine runs elsewhere: " + _ABSENT),
        _layer("user", options.user().split(":")[0] in said, f"{options.user()} in containers", f"said {said[:1]}"),
        Layer(
            HOST_USER,
            State.WEAK,
            f"{options.user().partition(':')[0]}, in all rooms: they share what one user may have of the kernel",
            "the local runner as root gives every room a user of its own",
        ),
        _layer("network", "lo" in said and "eth0" not in said, "loopback alone", f"interfaces: {said}"),
        _layer("capabilities", set(status.get("CapBnd", "1")) == {"0"}, "none", status.get("CapBnd", "not seen")),
        _layer("privileges", status.get("NoNewPrivs") == "1", "no new ones", "no_new_privs is not set"),
        _layer("system calls", status.get("Seccomp") == "2", "our filter", "no seccomp filter"),
        _layer("memory", bool(engine.info.get("MemoryLimit")), "the kernel limits it", "no limit of memory"),
        _layer(
            "processes", bool(engine.info.get("PidsLimit", True)), "the kernel limits them", "no limit of processes"
        ),
        Layer("disk", State.OK, "a file system of its own")
        if root
        else Layer("disk", State.WEAK, "watched, not limited", "run as root, with an engine of root's"),
        Layer("fetching", State.OK, "through the proxy, into a network of its own")
        if root
        else Layer("fetching", State.MISSING, "a container's network cannot be entered", "run as root"),
        Layer("gvisor", State.OK, "runtime runsc")
        if "runsc" in (engine.info.get("Runtimes") or {})
        else Layer("gvisor", State.MISSING, "the engine has no runtime runsc", "install gVisor"),
    )


def _layer(name: str, holds: bool, good: str, bad: str) -> Layer:  # noqa: FBT001 -- what was seen
    return Layer(name, State.OK if holds else State.MISSING, good if holds else bad)
