"""System calls that Python does not have. Sources: the manual pages named at each; numbers from <linux/*.h>."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import socket
import struct

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_NOATIME = 1, 2, 4, 8, 32, 1024
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

NEWNS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x08000000, 0x10000000, 0x20000000, 0x40000000

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38

# The same numbers on every architecture that was added after x86's 400s were unified (x86_64, aarch64, riscv64).
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _OPEN_TREE_CLOEXEC = 1, os.O_CLOEXEC
_MOVE_MOUNT_F_EMPTY_PATH = 4
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID, _MOUNT_ATTR_NODEV, _MOUNT_ATTR_IDMAP = 1, 2, 4, 0x100000

_LOOP_CTL_GET_FREE, _LOOP_CONFIGURE = 0x4C82, 0x4C0A
_LO_FLAGS_READ_ONLY, _LO_FLAGS_AUTOCLEAR = 1, 4
_LOOP_TRIES = 64

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def system(number: int, *arguments: bytes | int | None) -> int:
    """Make a system call by its number: syscall(2)."""
    given = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return _check(_libc.syscall(ctypes.c_long(number), *given), f"system call {number}")


def unshare(flags: int) -> None:
    """Leave namespaces. Source: the manual page of this name."""
    _check(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Put a file system, or a part of one, in a place. Source: the manual page of this name."""
    result = _libc.mount(
        source.encode(), target.encode(), kind.encode() or None, ctypes.c_ulong(flags), data.encode() or None
    )
    _check(result, f"mount {kind or 'bind'} at {target}")


def umount(target: str, flags: int = 0) -> None:
    """Unmount: umount2(2)."""
    _check(_libc.umount2(target.encode(), flags), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root and put the old one at ``old``. Source: the manual page of this name."""
    number = {"x86_64": 155}.get(os.uname().machine, 41)
    _check(_libc.syscall(number, new.encode(), old.encode()), "pivot_root")


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process. Source: the manual page of this name."""
    _check(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), "prctl")


def read_only(target: str) -> None:
    """Make a mount and all below it read-only, without setuid and devices: mount_setattr(2), Linux 5.12."""
    wanted = struct.pack("=QQQQ", _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID | _MOUNT_ATTR_NODEV, 0, 0, 0)
    result = _libc.syscall(_MOUNT_SETATTR, _AT_FDCWD, os.fsencode(target), _AT_RECURSIVE, wanted, len(wanted))
    _check(result, f"mount_setattr on {target}")


def bind_mapped(source: str, target: str, namespace: int, *, read_only: bool = True) -> None:
    """Bind with owners mapped as in a user namespace: mount_setattr(2), MOUNT_ATTR_IDMAP, Linux 5.12."""
    tree = _check(
        _libc.syscall(_OPEN_TREE, _AT_FDCWD, os.fsencode(source), _OPEN_TREE_CLONE | _OPEN_TREE_CLOEXEC), "open_tree"
    )
    try:
        flags = _MOUNT_ATTR_NOSUID | _MOUNT_ATTR_NODEV | _MOUNT_ATTR_IDMAP | (_MOUNT_ATTR_RDONLY if read_only else 0)
        wanted = struct.pack("=QQQQ", flags, 0, 0, namespace)
        _check(_libc.syscall(_MOUNT_SETATTR, tree, b"", _AT_EMPTY_PATH, wanted, len(wanted)), "mount_setattr")
        _check(
            _libc.syscall(_MOVE_MOUNT, tree, b"", _AT_FDCWD, os.fsencode(target), _MOVE_MOUNT_F_EMPTY_PATH),
            "move_mount",
        )
    finally:
        os.close(tree)


def loop_device(image: str, *, read_only: bool) -> tuple[str, int]:
    """Attach a file to a free loop device that detaches itself after the last use: loop(4), LOOP_CONFIGURE.

    Gives its name and a descriptor to hold until it is mounted.
    """
    flags = _LO_FLAGS_AUTOCLEAR | (_LO_FLAGS_READ_ONLY if read_only else 0)
    mode = (os.O_RDONLY if read_only else os.O_RDWR) | os.O_CLOEXEC
    control = os.open("/dev/loop-control", os.O_RDWR | os.O_CLOEXEC)
    backing = os.open(image, mode)
    try:
        # loop_config: fd, block size, loop_info64 (232 bytes, lo_flags at 52), eight reserved words.
        config = struct.pack("=II52xI176x64x", backing, 0, flags)
        for _ in range(_LOOP_TRIES):
            name = f"/dev/loop{fcntl.ioctl(control, _LOOP_CTL_GET_FREE)}"
            device = os.open(name, mode)
            try:
                fcntl.ioctl(device, _LOOP_CONFIGURE, config)
            except OSError as error:
                os.close(device)
                if error.errno != errno.EBUSY:  # somebody else took it between the two calls
                    raise
            else:
                return name, device
    finally:
        os.close(backing)
        os.close(control)
    raise OSError("there is no free loop device")


def loopback_up() -> None:
    """Switch the network namespace's ``lo`` on: netdevice(7)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        request = bytearray(struct.pack("16sh22x", b"lo", 0))
        fcntl.ioctl(line, _SIOCGIFFLAGS, request)
        flags = struct.unpack_from("h", request, 16)[0] | _IFF_UP
        fcntl.ioctl(line, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags))
