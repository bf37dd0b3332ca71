"""How an attack says what became of it, and how it asks the kernel for a thing that Python has no function for."""

from __future__ import annotations

import ctypes
import json
import os
import platform
from pathlib import Path
from typing import Any, NoReturn

#: Numbers of system calls; source: the kernel's tables for x86-64, and the generic one for arm64.
NUMBERS = {
    "x86_64": {
        "ptrace": 101,
        "syslog": 103,
        "pivot_root": 155,
        "chroot": 161,
        "mount": 165,
        "umount2": 166,
        "mq_open": 240,
        "mq_unlink": 241,
        "add_key": 248,
        "keyctl": 250,
        "unshare": 272,
        "perf_event_open": 298,
        "name_to_handle_at": 303,
        "open_by_handle_at": 304,
        "process_vm_readv": 310,
        "bpf": 321,
        "userfaultfd": 323,
        "io_uring_setup": 425,
    },
    "aarch64": {
        "ptrace": 117,
        "syslog": 116,
        "pivot_root": 41,
        "chroot": 51,
        "mount": 40,
        "umount2": 39,
        "mq_open": 180,
        "mq_unlink": 181,
        "add_key": 217,
        "keyctl": 219,
        "unshare": 97,
        "perf_event_open": 241,
        "name_to_handle_at": 264,
        "open_by_handle_at": 265,
        "process_vm_readv": 270,
        "bpf": 280,
        "userfaultfd": 282,
        "io_uring_setup": 425,
    },
}


def held(text: str) -> NoReturn:
    """Say that it was held off, by what, and end."""
    _end("held", text)


def escaped(text: str) -> NoReturn:
    """Say that it got what it wanted, and end."""
    _end("escaped", text)


def absent(text: str) -> NoReturn:
    """Say that what it would attack is not there, and end."""
    _end("absent", text)


def _end(word: str, text: str) -> NoReturn:
    os.write(1, f"\n@{word} {' '.join(text.split())}\n".encode())
    os._exit(0)


def traps() -> dict[str, Any]:
    """Give what the host put up: addresses, paths, process ids."""
    found: dict[str, Any] = json.loads(Path("traps.json").read_text(encoding="utf-8"))
    return found


def refusal(error: OSError) -> str:
    """Name what the kernel said."""
    return str(error.strerror or error)


def system(name: str, *arguments: Any) -> int:
    """Make a system call by name; raises OSError when it is refused, gives up where its number is not known."""
    number = NUMBERS.get(platform.machine(), {}).get(name)
    if number is None:
        absent(f"the number of {name} on {platform.machine()} is not known")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    given = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result = libc.syscall(ctypes.c_long(number), *given)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return int(result)
