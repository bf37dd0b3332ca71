"""The system call filter of the local runner: a deny list, compiled to classic BPF by ourselves.

What foreign code in a room never needs, and what kernels were broken with: namespaces, mounts, tracing, keys, eBPF,
io_uring, modules, clocks, ports. Denied calls fail with an error that programs expect; another architecture's calls
(i386, x32) end the process. Sources: seccomp(2), <linux/filter.h>, <linux/seccomp.h>, Docker's default profile.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Sequence
from functools import cache

from codestrata.errors import SecurityViolation

#: Call → (number on x86_64, number on aarch64); -1: there is none. Sources: asm/unistd_64.h, asm-generic/unistd.h.
DENIED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "create_module": (174, -1),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "get_kernel_syms": (177, -1),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, -1),
    "iopl": (172, -1),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "name_to_handle_at": (303, 264),
    "nfsservctl": (180, 42),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "query_module": (178, -1),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "uselib": (134, -1),
    "vhangup": (153, 58),
}

_CLONE, _CLONE3, _PERSONALITY = (56, 220), (435, 435), (135, 92)
_SOCKET, _SOCKETPAIR, _IOCTL = (41, 198), (53, 199), (16, 29)

#: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET: clone(2).
NEW_NAMESPACES = 0x20000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
#: AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. Others are not cut off by a network namespace (AF_VSOCK reaches the host of a
#: virtual machine) or are just there to be broken (AF_ALG, AF_RDS, …).
FAMILIES = (1, 2, 10, 16)
#: PER_LINUX, PER_LINUX32, and "which is it?".
PERSONALITIES = (0, 8, 0xFFFFFFFF)
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C

_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000

# Opcodes: <linux/bpf_common.h>. The offsets of struct seccomp_data: number 0, architecture 4, arguments from 16 on.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000

Code = tuple[int, int, int, int]


@cache
def program(machine: str = "") -> bytes:
    """Compile the filter for a machine (as ``uname -m`` names it; this one unless told): an array of sock_filter.

    Raises SecurityViolation for a machine whose call numbers are not known here.
    """
    name = machine or os.uname().machine
    if name not in _AUDIT:
        raise SecurityViolation("there is no system call filter for this machine", where=name)
    column = list(_AUDIT).index(name)
    codes: list[Code] = [_load(_ARCHITECTURE), (_EQUAL, 1, 0, _AUDIT[name]), _return(_KILL), _load(_NUMBER)]
    if name == "x86_64":
        codes += [(_AT_LEAST, 0, 1, _X32), _return(_KILL)]
    for numbers in DENIED.values():
        if numbers[column] >= 0:
            codes += _when(numbers[column], [_fail(errno.EPERM)])
    codes += _when(_CLONE3[column], [_fail(errno.ENOSYS)])
    codes += _when(_CLONE[column], [_load(_ARGUMENTS), (_ANY_BIT, 0, 1, NEW_NAMESPACES), _fail(errno.EPERM)])
    codes += _when(_PERSONALITY[column], _only(0, PERSONALITIES, errno.EPERM))
    for call in (_SOCKET, _SOCKETPAIR):
        codes += _when(call[column], _only(0, FAMILIES, errno.EAFNOSUPPORT))
    codes += _when(_IOCTL[column], _none_of(1, (_TIOCSTI, _TIOCLINUX), errno.EPERM))
    codes.append(_return(_ALLOW))
    return b"".join(struct.pack("=HBBI", *code) for code in codes)


def _load(offset: int) -> Code:
    return _LOAD, 0, 0, offset


def _return(action: int) -> Code:
    return _RETURN, 0, 0, action


def _fail(error: int) -> Code:
    return _return(_ERRNO | error)


def _when(number: int, then: Sequence[Code]) -> list[Code]:
    """Do ``then`` for one call, and let it through at the end of that; other calls go on. The number is loaded."""
    block = [*then]
    if then[-1][0] != _RETURN or len(then) > 1:
        block.append(_return(_ALLOW))
    return [(_EQUAL, 0, len(block), number), *block]


def _only(argument: int, values: Sequence[int], error: int) -> list[Code]:
    """Fail unless the lower half of an argument is one of these values."""
    tests = [(_EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
    return [_load(_ARGUMENTS + 8 * argument), *tests, _fail(error)]


def _none_of(argument: int, values: Sequence[int], error: int) -> list[Code]:
    """Fail if the lower half of an argument is one of these values."""
    tests = [(_EQUAL, len(values) - 1 - i, 0, value) for i, value in enumerate(values)]
    tests[-1] = (_EQUAL, 0, 1, values[-1])
    return [_load(_ARGUMENTS + 8 * argument), *tests, _fail(error)]
