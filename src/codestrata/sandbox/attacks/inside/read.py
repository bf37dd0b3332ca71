"""Attacks that read what is none of the room's: files, secrets, memory, other processes."""

from __future__ import annotations

import contextlib
import os
import stat

from .tell import absent, escaped, held, refusal, system, traps


def _show(paths: list[str]) -> None:
    """Print what can be read of files; the host knows its secret when it sees it."""
    refused = []
    for path in paths:
        try:
            with open(path, "rb") as file:
                os.write(1, file.read(4096))
        except OSError as error:
            refused.append(refusal(error))
    held("; ".join(dict.fromkeys(refused)) or "nothing of the host's was in it")


def home() -> None:
    """Read a secret in the home folder and beside the work tree."""
    _show(traps()["secrets"])


def shadow() -> None:
    """Read the host's passwords."""
    for path in ("/etc/shadow", "/etc/gshadow", "/root/.ssh/id_rsa", "/root/.bashrc"):
        if os.access(path, os.R_OK):
            escaped(f"{path} can be read")
    held("no file of the administrator's can be read")


def environment() -> None:
    """Read the token in the environment."""
    for name, value in os.environ.items():
        os.write(1, f"{name}={value}\n".encode())
    held("no secret in the environment")


def environments() -> None:
    """Read the environments of all processes that can be seen, process 1 first."""
    _show(["/proc/1/environ", *(f"/proc/{name}/environ" for name in os.listdir("/proc") if name.isdigit())])


def process() -> None:
    """Read about a process of the host: its command, its environment, its open files, its root."""
    place = f"/proc/{traps()['sentinel']}"
    _show([f"{place}/cmdline", f"{place}/environ", *(f"{place}/root{one}" for one in traps()["secrets"])])


def roots() -> None:
    """Reach the host's files through the root of any process that can be seen."""
    shown = [name for name in os.listdir("/proc") if name.isdigit()]
    _show([f"/proc/{name}/{way}{one}" for name in shown for way in ("root", "cwd") for one in traps()["secrets"]])


def memory() -> None:
    """Read the memory of a process of the host."""
    import ctypes

    class Piece(ctypes.Structure):
        """A piece of memory: where it begins, and its bytes."""

        _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))

    number, buffer = traps()["sentinel"], ctypes.create_string_buffer(64)
    here = Piece(ctypes.cast(buffer, ctypes.c_void_p), 64)
    there = Piece(ctypes.c_void_p(traps()["address"]), 64)
    try:
        system("process_vm_readv", number, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    except OSError as error:
        held(refusal(error))
    os.write(1, buffer.raw)
    held("that memory was not the host's")


def descriptors() -> None:
    """Use files that the host left open."""
    for name in sorted(os.listdir("/proc/self/fd"), key=int):
        if int(name) > 2:
            with contextlib.suppress(OSError):  # the one that listed the others is closed by now
                _use(int(name))
    held("no open file of the host's")


def _use(number: int) -> None:
    """Read a file that was left open; a folder is a way to everything below it."""
    kind = os.fstat(number).st_mode
    if stat.S_ISREG(kind):
        os.write(1, os.pread(number, 4096, 0))
    elif stat.S_ISDIR(kind):
        escaped(f"folder {os.readlink(f'/proc/self/fd/{number}')} is open as {number}")


def kernel_memory() -> None:
    """Read the kernel's memory."""
    for path in ("/proc/kcore", "/dev/mem", "/dev/kmem", "/dev/port", "/proc/kallsyms"):
        try:
            with open(path, "rb", buffering=0) as file:
                found = file.read(64)
        except OSError:
            continue
        if found and not found.startswith(b"0000000000000000"):
            escaped(f"{path} can be read")
    held("no door to the kernel's memory opens")


def kernel_log() -> None:
    """Read the kernel's log."""
    import ctypes

    buffer = ctypes.create_string_buffer(4096)
    try:
        got = system("syslog", 3, buffer, 4096)
    except OSError as error:
        held(refusal(error))
    if not got:
        held("it is empty")
    escaped(f"{got} bytes of the kernel's log")


def devices() -> None:
    """Open devices that reach beyond the room."""
    named = ("kmsg", "kvm", "fuse", "net/tun", "loop-control", "mapper/control", "uinput", "vhost-net", "vhost-vsock")
    blocks = [one for one in os.listdir("/dev") if stat.S_ISBLK(os.lstat(f"/dev/{one}").st_mode)]
    for name in (*named, *blocks):
        try:
            os.close(os.open(f"/dev/{name}", os.O_RDONLY | os.O_NONBLOCK))
        except OSError:
            continue
        escaped(f"/dev/{name} opens")
    held(f"{len(os.listdir('/dev'))} names in /dev, none of them opens a door")


def repository_link() -> None:
    """Follow a symbolic link that the repository came with, to a secret outside of it."""
    if not os.path.islink("link-to-secret"):
        absent("the link is not in the room")
    _show(["link-to-secret"])
