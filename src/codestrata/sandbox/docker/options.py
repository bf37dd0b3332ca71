"""How containers are made: nothing writable but the room, no capability, no new rights, the kernel's limits."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from codestrata.sandbox import given
from codestrata.sandbox.base import HOME, HOSTNAME, UID, WORK, Command, Isolation, Job, Limits, environment
from codestrata.sandbox.docker import image
from codestrata.sandbox.docker.filter import profile
from codestrata.sandbox.local.toolchains import Toolchains

STEP = "/run/step"
JOB, OWNER, MACHINE = "codestrata.job", "codestrata.owner", "codestrata.machine"
#: Runs the rest as its child: the first process of a container takes no signals that it does not handle, and when it
#: ends, the kernel ends every other.
_FIRST = '"$@"\nexit $?'
_FLAGS = {"sh": ["-e"], "bash": ["-e"], "dash": ["-e"], "zsh": ["-e"]}
_FILES = 4096


def user() -> str:
    """Give who containers run as: 1000, or ourselves where we cannot give files away."""
    return f"{UID}:{UID}" if os.geteuid() == 0 else f"{os.geteuid()}:{os.getegid()}"


def argv(command: Command) -> list[str]:
    """Give the words of a command's first process."""
    words = [command.shell, *_FLAGS.get(command.shell, []), STEP] if command.script else list(command.argv)
    return ["/bin/sh", "-c", _FIRST, "sh", *words]


def variables(job: Job, tools: Toolchains, more: Mapping[str, str]) -> dict[str, str]:
    """Give a command's environment; toolchains are found where rooms have the host's programs. Raises InvalidInput."""
    given.refuse_wrong_variables(more, job)
    base = environment(job)
    found = tools.environment(base["PATH"]) if job.image == image.HOST else {}
    return base | found | dict(more)


def binds(job: Job, room: str, tools: Toolchains, picture: str = "") -> list[str]:
    """Give what a container sees of this host, as ``source:target[:ro]``; ``picture``: its image, if not the job's."""
    own = [f"{room}/work:{WORK}", f"{room}/home:{HOME}", f"{room}/tmp:/tmp"]  # noqa: S108 -- the room's own
    programs = [*image.binds(), *(f"{path}:{path}:ro" for path in tools.folders)]
    host = programs if (picture or job.image) == image.HOST else []
    asked = [f"{m.source.absolute()}:{m.target or m.source.absolute()}:ro" for m in job.mounts]
    return [*host, *asked, *own]


def host_config(
    limits: Limits, network: str, mounted: Sequence[str], isolation: Isolation | None, parent: str = ""
) -> dict[str, Any]:
    """Give the part of a container's configuration that isolates it. Source: Engine API, HostConfig."""
    return {
        "Binds": list(mounted),
        "NetworkMode": network,
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges", f"seccomp={profile()}"],
        "IpcMode": "private",
        "Memory": limits.memory,
        "MemorySwap": limits.memory,
        "MemorySwappiness": 0,
        "NanoCpus": int(limits.cpus * 1e9),
        "PidsLimit": None if parent else limits.processes,
        "ShmSize": max(64 << 20, limits.memory // 4),
        "Ulimits": [{"Name": "nofile", "Soft": _FILES, "Hard": _FILES}, {"Name": "core", "Soft": 0, "Hard": 0}],
        "LogConfig": {"Type": "none"},
        "RestartPolicy": {"Name": "no"},
        "CgroupParent": parent,
        "Runtime": "runsc" if isolation is Isolation.GVISOR else None,
    }


def container(
    picture: str, words: Sequence[str], env: Mapping[str, str], labels: Mapping[str, str], host: Mapping[str, Any]
) -> dict[str, Any]:
    """Give a container's configuration."""
    found = {
        "Image": picture,
        "Entrypoint": list(words),
        "Cmd": [],
        "Env": [f"{name}={value}" for name, value in env.items()],
        "User": user(),
        "Labels": dict(labels),
        "WorkingDir": WORK,
        "AttachStdout": True,
        "AttachStderr": True,
        "Tty": False,
        "StopSignal": "SIGKILL",
        "HostConfig": {key: value for key, value in host.items() if value is not None},
    }
    if not str(host["NetworkMode"]).startswith("container:"):
        found["Hostname"] = HOSTNAME
    return found


def folder(command: Command) -> str:
    """Give the folder that a command starts in."""
    return str(PurePosixPath(WORK, command.folder))
