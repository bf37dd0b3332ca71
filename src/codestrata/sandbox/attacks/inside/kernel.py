"""Attacks on doors of the kernel through which most of its holes were: closed doors cost nobody anything."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os

from .tell import escaped, held, refusal, system, traps


def _door(name: str, *arguments: object) -> None:
    """Try a system call that gives a descriptor when it works."""
    try:
        system(name, *arguments)
    except OSError as error:
        held(refusal(error))
    escaped(f"{name} works")


def keys() -> None:
    """Put a key into the kernel's keyring, which no namespace parts."""
    try:
        number = system("add_key", b"user", b"strata-attack", b"x", 1, -4)
    except OSError as error:
        held(refusal(error))
    with contextlib.suppress(OSError):
        system("keyctl", 9, number, -4)
    escaped("a key was put into the user's keyring")


def programs_in_kernel() -> None:
    """Load a program into the kernel."""
    _door("bpf", 0, (ctypes.c_uint32 * 32)(2, 4, 4, 1), 128)


def ring() -> None:
    """Make a ring of system calls, past any filter of them."""
    _door("io_uring_setup", 1, ctypes.create_string_buffer(120))


def page_faults() -> None:
    """Serve page faults: what makes races of the kernel easy to win."""
    _door("userfaultfd", 1)


def counters() -> None:
    """Read the processor's counters: what makes side channels sharp."""
    attributes = ctypes.create_string_buffer(112)
    ctypes.memmove(attributes, (ctypes.c_uint32 * 2)(1, 112), 8)
    _door("perf_event_open", attributes, 0, -1, -1, 0)


def handles() -> None:
    """Open a file by its number on the disk, past every folder."""
    handle, number = (ctypes.c_ubyte * 136)(128), ctypes.c_int()
    folder = os.open(".", os.O_RDONLY)
    try:
        system("name_to_handle_at", -100, b".", handle, ctypes.byref(number), 0)
        opened = system("open_by_handle_at", folder, handle, os.O_RDONLY)
    except OSError as error:
        held(refusal(error))
    escaped(f"{os.readlink(f'/proc/self/fd/{opened}')} was opened by its number")


def terminal() -> None:
    """Type into the terminal of who started it."""
    for place in (0, 1, 2, "/dev/tty", "/dev/console", "/dev/pts/0"):
        with contextlib.suppress(OSError):
            number = place if isinstance(place, int) else os.open(place, os.O_RDWR | os.O_NOCTTY)
            if os.isatty(number):
                _type(number, place)
    held("there is no terminal")


def _type(number: int, place: object) -> None:
    with contextlib.suppress(OSError):
        fcntl.ioctl(number, 0x5412, b" ")
        escaped(f"typed into {place}")
    with contextlib.suppress(OSError):
        os.write(number, b"")
        if traps()["namespaces"].get("mnt") == os.readlink("/proc/self/ns/mnt"):
            escaped(f"the terminal {place} is open")
