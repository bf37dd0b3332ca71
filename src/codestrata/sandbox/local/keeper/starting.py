"""Starts a command: control groups, limits, the unprivileged user, and then the program, in one child."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import socket
from contextlib import suppress
from typing import Any, NoReturn

from codestrata.sandbox.local.keeper import kernel

#: Where the owner's descriptors begin in the program that is started.
FIRST = 10
_ASIDE = 200
_MOST = 1 << 20
_BACKLOG = 128

Order = dict[str, Any]


def start(order: Order, files: list[int]) -> tuple[int, list[socket.socket]]:
    """Start ``order["program"]``; give its process id, and what listens in its own network, if it has one.

    ``files`` are: its output; a ``cgroup.procs`` for each of ``order["groups"]``; then what it gets from number FIRST.
    ``order["listen"]``: ports of 127.0.0.1 in a network namespace of its own; without any, it shares the room's.
    """
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        try:
            ours.close()
            _become(order, files, theirs)
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the owner reads it in the output
            os.write(files[0], f"keeper: {type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(127)
    theirs.close()
    with ours:
        return child, _listeners(ours, len(order["listen"]))


def _listeners(line: socket.socket, count: int) -> list[socket.socket]:
    if not count:
        return []
    space = socket.CMSG_LEN(count * 4)
    _, extra, _, _ = line.recvmsg(1, space, socket.MSG_CMSG_CLOEXEC)
    found = b"".join(data for _, _, data in extra)
    return [socket.socket(fileno=int.from_bytes(found[at : at + 4], "little")) for at in range(0, len(found), 4)]


def _become(order: Order, files: list[int], line: socket.socket) -> NoReturn:
    os.setsid()
    os.umask(0o022)
    _prefer_for_oom()
    groups = files[1 : 1 + order["groups"]]
    for group in groups:
        os.write(group, b"0")
    if order["listen"]:
        _own_network(order["listen"], line)
    for name, (soft, hard) in order["rlimits"].items():
        _limit(getattr(resource, name), soft, hard)
    _place(files[0], files[1 + order["groups"] :])
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if order["user"]:
        user, group = order["user"]
        os.fchown(1, user, group)  # or nobody could open /dev/stdout and /dev/stderr
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    os.chdir("/")
    os.execve(order["program"], order["argv"], {"PATH": os.defpath})  # noqa: S606 -- bubblewrap, without a shell


def _prefer_for_oom() -> None:
    """Let the kernel end commands before anything else of the host's when that is out of memory: proc(5)."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "wb") as file:
        file.write(b"500")


def _own_network(ports: list[int], line: socket.socket) -> None:
    """Leave the room's network for one of our own, and hand over what listens in it."""
    kernel.unshare(kernel.NEWNET)
    kernel.loopback_up()
    doors = [socket.create_server(("127.0.0.1", port), backlog=_BACKLOG) for port in ports]
    socket.send_fds(line, [b"."], [door.fileno() for door in doors])


def _limit(which: int, soft: int, hard: int) -> None:
    """Set a limit, or the nearest there is: the hard one may not be raised. -1 is no limit, or the hard one."""
    now = resource.getrlimit(which)[1]
    if now != resource.RLIM_INFINITY and (hard == resource.RLIM_INFINITY or hard > now):
        hard = now
    if hard != resource.RLIM_INFINITY and (soft == resource.RLIM_INFINITY or soft > hard):
        soft = hard
    resource.setrlimit(which, (soft, hard))


def _place(output: int, files: list[int]) -> None:
    """Put output at 1 and 2, nothing at 0, the rest from FIRST on, and close everything else."""
    aside = [fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, _ASIDE) for file in (output, *files)]
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(aside[0], 1)
    os.dup2(aside[0], 2)
    os.closerange(3, FIRST)
    for number, file in enumerate(aside[1:], FIRST):
        os.dup2(file, number)
    os.closerange(FIRST + len(files), _MOST)
