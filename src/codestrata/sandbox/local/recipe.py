"""What a room looks like from inside: its root for the keeper, and bubblewrap's arguments for each command."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from codestrata.errors import InvalidInput
from codestrata.sandbox import given, hostfs
from codestrata.sandbox.base import HOME, HOSTNAME, UID, WORK, Command, Job, Limits, environment
from codestrata.sandbox.local.toolchains import Toolchains
from codestrata.sandbox.local.users import NOBODY
from codestrata.sandbox.local.ways import Ways

#: Descriptors that bubblewrap gets; they follow the keeper's order (``starting.FIRST``).
ARGUMENTS, STATUS, FILTER, SCRIPT = 10, 11, 12, 13
STEP = "/run/step"
_SHARED = 64 << 20
_PAGE = 4096
#: MAX_ARG_STRLEN, and a quarter of the stack's limit, less what is added.
_LONGEST, _ALL = (128 << 10) - 4096, (2 << 20) - (64 << 10)

_SHELL_FLAGS = {"sh": ["-e"], "bash": ["-e"], "dash": ["-e"], "zsh": ["-e"]}


def room_plan(
    job: Job,
    base: Path,
    backing: Mapping[str, Any],
    layers: Iterable[Mapping[str, Any]],
    tools: Toolchains,
    *,
    root: bool,
    user: int = NOBODY,
) -> dict[str, Any]:
    """Give the keeper's plan of a room; ``user``: the host's user and group that commands run as where we are root."""
    binds = [[path, path, False] for path in (*hostfs.etc(), *tools.folders)]
    binds += [
        [str(mount.source.absolute()), mount.target or str(mount.source.absolute()), True] for mount in job.mounts
    ]
    return {
        "root": root,
        "user": [user, user],
        "stored": [NOBODY, NOBODY],
        "base": str(base),
        "backing": dict(backing),
        "layers": [dict(layer) for layer in layers],
        "tree": str(job.tree.absolute()),
        "files": {**hostfs.FILES, STEP: ""},
        "binds": binds,
    }


def wrap(job: Job, command: Command, tools: Toolchains, ways: Ways, network: Mapping[str, str]) -> list[str]:
    """Give bubblewrap's arguments for a command: what ``--args`` reads. Source: bwrap(1)."""
    args = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    args += ["--uid", str(UID), "--gid", str(UID), "--hostname", HOSTNAME, "--cap-drop", "ALL"]
    args += ["--new-session", "--die-with-parent"]
    args += ["--disable-userns"] if ways.closes else []
    args += ["--ro-bind", "/room", "/", "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    args += ["--size", str(max(_SHARED, command.limits.memory // 4))] if ways.sizes else []
    args += ["--tmpfs", "/dev/shm"]  # noqa: S108 -- the room's
    for target, source in ((WORK, "/room/work"), (HOME, "/room/home/ci"), ("/tmp", "/room/tmp")):  # noqa: S108
        args += ["--bind", source, target]
    if command.script:
        args += ["--ro-bind-data", str(SCRIPT), STEP]
    args += ["--seccomp", str(FILTER), "--json-status-fd", str(STATUS)]
    args += ["--chdir", "/", "--clearenv"]  # argv goes on to the folder: code can close it to itself, not to us
    base = environment(job)
    variables = base | tools.environment(base["PATH"]) | dict(network) | dict(command.env)
    given.refuse_wrong_words([*command.argv, command.folder, command.shell], job)
    given.refuse_wrong_variables(variables, job)
    for name, value in variables.items():
        args += ["--setenv", name, value]
    _within_kernel_limits(args, job)
    return args


def script(command: Command, job: Job) -> bytes:
    """Give the bytes of a command's script. Raises InvalidInput for half a character."""
    return given.encoded(command.script, "script", job)


def _within_kernel_limits(args: list[str], job: Job) -> None:
    """Refuse what no process can be started with: execve(2), limits on the size of arguments and environment."""
    sizes = [len(os.fsencode(arg)) for arg in args]
    if max(sizes) >= _LONGEST or sum(sizes) > _ALL:
        raise InvalidInput("the variables of a command are too large to start a program with", where=job.id)


def argv(command: Command) -> list[str]:
    """Give what runs in the end. A shell starts it: a missing folder or program is the command's failure, not ours."""
    words = [command.shell, *_SHELL_FLAGS.get(command.shell, []), STEP] if command.script else list(command.argv)
    return ["/bin/sh", "-c", 'cd -- "$0" && exec "$@"', str(Path(WORK, command.folder)), *words]


def rlimits(job: Limits, brake: int) -> dict[str, tuple[int, int]]:
    """Give limits of every process, soft and hard: setrlimit(2). -1 is none; those of our own process do not pass on.

    ``brake``: processes of the room, where nobody but the watcher counts a command's, who is too slow for some; or 0.
    """
    return {
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_FSIZE": (job.disk + _PAGE, job.disk + _PAGE),
        "RLIMIT_NOFILE": (4096, 65536),
        "RLIMIT_DATA": (-1, -1),
        "RLIMIT_AS": (-1, -1),
        "RLIMIT_CPU": (-1, -1),
        "RLIMIT_STACK": (8 << 20, -1),
        **({"RLIMIT_NPROC": (brake, brake)} if brake else {}),
    }
