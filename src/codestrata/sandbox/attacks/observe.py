"""What the host can see of itself: addresses, processes, mounts, control groups, loop devices, files of a tree."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: An address that belongs to nobody (RFC 5737): asking for the way there sends nothing.
_NOWHERE = ("192.0.2.1", 9)

#: Bytes of a file that are looked at: an attack may have made it as large as it likes.
_BEGINNING = 1 << 16


def addresses() -> list[str]:
    """Give the addresses this host has: the loopback's, and the one that leads out, if any."""
    found = ["127.0.0.1"]
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.connect(_NOWHERE)
        found.append(str(out.getsockname()[0]))
    return list(dict.fromkeys(found))


def processes(token: str) -> list[int]:
    """Give the processes whose command line holds a token; dead ones that nobody has waited for are none."""
    found = []
    for place in Path("/proc").iterdir():
        with suppress(OSError):
            if place.name.isdigit() and token.encode() in (place / "cmdline").read_bytes():
                found.append(int(place.name))
    return found


def remains(marks: tuple[str, ...]) -> list[str]:
    """Give mounts, control groups, loop devices and shared memory of the host's that carry one of the marks."""
    places = (_mounts, _groups, _loops, _shared)
    return sorted({one for place in places for one in place() if any(mark in one for mark in marks)})


def _mounts() -> Iterator[str]:
    with suppress(OSError):
        for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
            yield f"mount {line.split()[4]}"


def _groups() -> Iterator[str]:
    for place, _, _ in os.walk("/sys/fs/cgroup"):
        yield f"control group {place}"


def _loops() -> Iterator[str]:
    for place in Path("/sys/block").glob("loop*/loop/backing_file"):
        with suppress(OSError):
            yield f"loop device of {place.read_text(encoding='utf-8').strip()}"


def _shared() -> Iterator[str]:
    with suppress(OSError):
        for place in Path("/dev/shm").iterdir():  # noqa: S108 -- only looked at
            yield f"shared memory {place}"


def contents(folder: Path) -> str:
    """Hash all that a tree is: names, kinds, modes, sizes, how contents begin; links are not followed."""
    hashed = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        hashed.update(f"{path.relative_to(folder)}\0{state.st_mode}\0".encode())
        if stat.S_ISREG(state.st_mode):
            with path.open("rb") as file:
                hashed.update(f"{state.st_size}\0".encode() + file.read(_BEGINNING))
    return hashed.hexdigest()
