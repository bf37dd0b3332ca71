"""Attacks that want more rights: capabilities, limits, namespaces, another root."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Callable
from pathlib import Path

from .tell import escaped, held, refusal, system, traps

NEW_USER, NEW_MOUNTS, DETACH = 0x10000000, 0x20000, 2


def capabilities() -> None:
    """Hold capabilities, or be able to get some."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name in {"CapEff", "CapPrm", "CapInh", "CapAmb"} and int(value, 16):
            escaped(f"{name} is {value.strip()}")
    held("no capability")


def namespaces() -> None:
    """Share a namespace with the host."""
    host, kinds = traps()["namespaces"], ("pid", "net", "mnt", "ipc", "uts")
    shared = [one for one in kinds if os.readlink(f"/proc/self/ns/{one}") == host.get(one)]
    if shared:
        escaped(f"shared with the host: {', '.join(shared)}")
    held("processes, network, mounts, ipc and host name are the room's own")


def limits() -> None:
    """Raise limits that are set."""
    for name in ("NOFILE", "NPROC", "FSIZE", "CORE", "AS", "CPU", "MEMLOCK", "RTPRIO", "NICE"):
        which = getattr(resource, f"RLIMIT_{name}", None)
        if which is None:
            continue
        hard = resource.getrlimit(which)[1]
        if hard == resource.RLIM_INFINITY:
            continue
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(which, (hard + 1, hard + 1))
            escaped(f"RLIMIT_{name} was raised")
    held("what is limited stays limited")


def core_dump() -> None:
    """Have the host write, or a program of the host's run, by crashing."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    if hard != 0:
        escaped(f"a crash is kept by {Path('/proc/sys/kernel/core_pattern').read_text(encoding='utf-8').strip()!r}")
    held("crashes are not kept")


def _child(attempt: Callable[[], object], got: str) -> None:
    """Try something in a child process, so that nothing of it stays; the child says how it went by its exit status."""
    child = os.fork()
    if child == 0:
        try:
            attempt()
        except OSError as error:
            os._exit(error.errno or 1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if hasattr(os, "waitstatus_to_exitcode") else 1
    if code == 0:
        escaped(got)
    held(os.strerror(code) if code > 0 else f"signal {-code}")


def user_namespace() -> None:
    """Make a user namespace: the way to most bugs of the kernel."""
    _child(lambda: system("unshare", NEW_USER), "a user namespace can be made")


def mount_namespace() -> None:
    """Make a namespace of mounts."""
    _child(lambda: system("unshare", NEW_MOUNTS), "a namespace of mounts can be made")


def mount() -> None:
    """Mount something."""
    Path("mounted").mkdir(exist_ok=True)

    def attempt() -> None:
        system("mount", b"tmpfs", b"mounted", b"tmpfs", 0, None)
        system("umount2", b"mounted", DETACH)

    _child(attempt, "a file system can be mounted")


def root() -> None:
    """Leave by another root: the classic way out of chroot."""
    Path("jail").mkdir(exist_ok=True)

    def attempt() -> None:
        system("chroot", b"jail")

    _child(attempt, "the root can be changed, and left by that")


def pivot() -> None:
    """Exchange the root for another."""
    Path("jail").mkdir(exist_ok=True)
    _child(lambda: system("pivot_root", b"jail", b"jail"), "the root can be exchanged")


def nodes() -> None:
    """Make a device of the host's disk."""
    for major, minor in ((8, 0), (254, 0), (259, 0), (7, 0)):
        try:
            os.mknod("disk", 0o060600, os.makedev(major, minor))
        except OSError as error:
            held(refusal(error))
        with contextlib.suppress(OSError):
            os.close(os.open("disk", os.O_RDONLY))
            os.unlink("disk")
            escaped("a block device can be made and read")
        os.unlink("disk")
    held("devices can be made, but not opened")
