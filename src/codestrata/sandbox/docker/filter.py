"""The system call filter of containers: the local runner's, as a profile that engines read.

The engine's own profile lets io_uring through before Docker 25, and sockets of families that no network namespace cuts
off; one policy for all runners is also one that the attacks try. Source: Docker, "Seccomp security profiles";
seccomp_rule_add(3).
"""

from __future__ import annotations

import errno
import json
import os
from functools import cache
from typing import Any

from codestrata.errors import SecurityViolation
from codestrata.sandbox.seccomp import DENIED, FAMILIES, NEW_NAMESPACES

_ARCHITECTURES = {"x86_64": "SCMP_ARCH_X86_64", "aarch64": "SCMP_ARCH_AARCH64"}
_LOW = 0xFFFFFFFF
#: TIOCSTI and TIOCLINUX type into terminals: ioctl_tty(2).
_TYPING = (0x5412, 0x541C)
#: The flags of personality(2) above the execution domain, from UNAME26 up: they switch protections off.
_PERSONALITY_FLAGS = tuple(1 << bit for bit in range(17, 28))


@cache
def profile() -> str:
    """Give the profile for this machine, as JSON. Raises SecurityViolation for a machine that has none."""
    machine = os.uname().machine
    if machine not in _ARCHITECTURES:
        raise SecurityViolation("there is no system call filter for this machine", where=machine)
    rules = [
        _rule(sorted(DENIED), errno.EPERM),
        _rule(["clone3"], errno.ENOSYS),
        *(_masked("clone", 0, bit, errno.EPERM) for bit in _bits(NEW_NAMESPACES)),
        *(_masked("personality", 0, flag, errno.EPERM) for flag in _PERSONALITY_FLAGS),
        *(_equal("ioctl", 1, value, errno.EPERM) for value in _TYPING),
        *(rule for call in ("socket", "socketpair") for rule in _families(call)),
    ]
    return json.dumps(
        {"defaultAction": "SCMP_ACT_ALLOW", "architectures": [_ARCHITECTURES[machine]], "syscalls": rules}
    )


def _families(call: str) -> list[dict[str, Any]]:
    """Refuse every family of sockets but those few: rules are alternatives, so each number is one of its own."""
    highest = max(FAMILIES)
    others = [family for family in range(highest) if family not in FAMILIES]
    above = {"index": 0, "value": highest, "op": "SCMP_CMP_GT"}
    return [
        *(_equal(call, 0, family, errno.EAFNOSUPPORT) for family in others),
        _rule([call], errno.EAFNOSUPPORT, above),
    ]


def _bits(mask: int) -> list[int]:
    return [1 << bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def _masked(call: str, argument: int, bit: int, error: int) -> dict[str, Any]:
    """Refuse a call when a bit of an argument is set."""
    return _rule([call], error, {"index": argument, "value": bit, "valueTwo": bit, "op": "SCMP_CMP_MASKED_EQ"})


def _equal(call: str, argument: int, value: int, error: int) -> dict[str, Any]:
    """Refuse a call when the lower half of an argument is a value: that is all the kernel looks at."""
    return _rule([call], error, {"index": argument, "value": _LOW, "valueTwo": value, "op": "SCMP_CMP_MASKED_EQ"})


def _rule(calls: list[str], error: int, *arguments: dict[str, Any]) -> dict[str, Any]:
    return {"names": calls, "action": "SCMP_ACT_ERRNO", "errnoRet": error, "args": list(arguments)}
