"""Starts a command: control groups, limits, the unprivileged user, and then the program, in one child."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
from typing import Any, NoReturn

from codestrata.sandbox.local.keeper import kernel

#: Where the owner's descriptors begin in the program that is started.
FIRST = 10
_ASIDE = 200


def start(order: dict[str, Any], files: list[int]) -> int:
    """Start ``order["argv"]`` and give its process id.

    ``files`` are: its output; a ``cgroup.procs`` for each of ``order["groups"]``; then what it gets from number FIRST.
    """
    child = os.fork()
    if child:
        return child
    try:
        _become(order, files)
    except BaseException as error:  # noqa: BLE001 -- whatever it is, the owner reads it in the output
        os.write(files[0], f"keeper: {type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(127)


def _become(order: dict[str, Any], files: list[int]) -> NoReturn:
    os.setsid()
    groups = files[1 : 1 + order["groups"]]
    for group in groups:
        os.write(group, b"0")
    for name, (soft, hard) in order["rlimits"].items():
        _limit(getattr(resource, name), soft, hard)
    _place(files[0], files[1 + order["groups"] :])
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    if order["user"]:
        user, group = order["user"]
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    os.chdir("/")
    os.execve(order["program"], order["argv"], {"PATH": os.defpath})


def _limit(which: int, soft: int, hard: int) -> None:
    """Set a limit, or the nearest there is: raising the hard one may not be allowed. -1 is no limit, or the hard one."""
    now = resource.getrlimit(which)[1]
    if now != resource.RLIM_INFINITY and (hard == resource.RLIM_INFINITY or hard > now):
        hard = now
    if hard != resource.RLIM_INFINITY and (soft == resource.RLIM_INFINITY or soft > hard):
        soft = hard
    resource.setrlimit(which, (soft, hard))


def _place(output: int, files: list[int]) -> None:
    """Put output at 1 and 2, nothing at 0, and the rest from FIRST on."""
    aside = [fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, _ASIDE) for file in (output, *files)]
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(aside[0], 1)
    os.dup2(aside[0], 2)
    for number, file in enumerate(aside[1:], FIRST):
        os.dup2(file, number)
