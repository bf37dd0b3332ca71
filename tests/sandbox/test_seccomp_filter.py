"""The system call filter: run for real on this machine, and read through for every machine it is made for."""

from __future__ import annotations

import errno
import json
import os
import signal
import struct
import subprocess
import sys
from typing import Any

import pytest

from codestrata.errors import SecurityViolation
from codestrata.sandbox import seccomp

ALLOW, KILL = 0x7FFF0000, 0x80000000
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
COLUMN = {"x86_64": 0, "aarch64": 1}


def refused(error: int) -> int:
    """Give the filter's answer that makes a call fail."""
    return 0x00050000 | error


def verdict(program: bytes, number: int, audit: int, *arguments: int) -> int:
    """Run a filter on one call. Source: the kernel's documentation of classic BPF, Documentation/networking/filter.rst."""
    data = struct.pack("=IIQ6Q", number, audit, 0, *(list(arguments) + [0] * 6)[:6])
    codes = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    at, loaded = 0, 0
    while True:
        code, yes, no, value = codes[at]
        at += 1
        if code == 0x06:
            return int(value)
        if code == 0x20:
            loaded = struct.unpack_from("=I", data, value)[0]
        else:
            holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}[code]
            at += yes if holds else no


@pytest.mark.parametrize("machine", list(AUDIT))
def test_every_denied_call_fails_on_every_machine(machine: str) -> None:
    """Each by its number there; the other machine's calls end the process."""
    program, audit, column = seccomp.program(machine), AUDIT[machine], COLUMN[machine]
    for name, numbers in seccomp.DENIED.items():
        if numbers[column] >= 0:
            assert verdict(program, numbers[column], audit) == refused(errno.EPERM), name
    assert verdict(program, 0, 0x40000003) == KILL
    assert verdict(program, {"x86_64": 435, "aarch64": 435}[machine], audit) == refused(errno.ENOSYS)


@pytest.mark.parametrize("machine", list(AUDIT))
def test_what_programs_need_is_let_through(machine: str) -> None:
    """All other numbers are, and so are the harmless arguments of the calls that are looked at."""
    program, audit, column = seccomp.program(machine), AUDIT[machine], COLUMN[machine]
    numbers = {pair[column] for pair in seccomp.DENIED.values()}
    looked_at = {pair[column] for pair in ((56, 220), (435, 435), (135, 92), (41, 198), (53, 199), (16, 29))}
    for number in range(450):
        if number not in numbers | looked_at:
            assert verdict(program, number, audit) == ALLOW, number
    clone, personality, socket = (pair[column] for pair in ((56, 220), (135, 92), (41, 198)))
    assert verdict(program, clone, audit, 0x003D0F00) == ALLOW  # a thread
    assert verdict(program, clone, audit, 0x01200011) == ALLOW  # fork
    assert verdict(program, clone, audit, 0x10000011) == refused(errno.EPERM)
    assert verdict(program, personality, audit, 0xFFFFFFFF) == ALLOW
    assert verdict(program, personality, audit, 0x0040000) == refused(errno.EPERM)
    assert [verdict(program, socket, audit, family) == ALLOW for family in (1, 2, 10, 16, 40, 38, 17)] == (
        [True] * 4 + [False] * 3
    )


def test_x32_ends_the_process() -> None:
    """The third kind of calls that x86-64 kernels may know would go round the list."""
    assert verdict(seccomp.program("x86_64"), 0x40000000 | 1, AUDIT["x86_64"]) == KILL


def test_an_unknown_machine_is_refused() -> None:
    """Without a filter nothing runs."""
    with pytest.raises(SecurityViolation, match="no system call filter"):
        seccomp.program("m68k")


_UNDER = """
import ctypes, errno, json, os, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
text = bytes.fromhex(sys.argv[1])
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(Program(len(text) // 8, text)), 0, 0) == 0
def call(*words):
    ctypes.set_errno(0)
    got = libc.syscall(*words)
    return errno.errorcode.get(ctypes.get_errno(), "0") if got < 0 else "done"
seen = {name: call(number, 0, 0, 0, 0, 0) for name, number in json.loads(sys.argv[2]).items()}
pid = os.fork()
if not pid:
    os._exit(7)
seen["fork"] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
thread = threading.Thread(target=lambda: seen.update(thread="ran"))
thread.start(); thread.join()
seen["vsock"] = call(41 if os.uname().machine == "x86_64" else 198, 40, 1, 0)
pid = os.fork()
if not pid:
    libc.syscall(0x40000000 | 39)
    os._exit(0)
seen["x32"] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps(seen))
"""


def test_the_kernel_takes_it_and_holds_it() -> None:
    """In a process of its own: denied calls fail, forks and threads work, x32 is deadly."""
    machine = os.uname().machine
    if machine not in AUDIT:
        pytest.skip(f"no filter for {machine}")
    numbers = {name: pair[COLUMN[machine]] for name, pair in seccomp.DENIED.items() if pair[COLUMN[machine]] >= 0}
    numbers["clone3"] = 435
    words = [sys.executable, "-I", "-c", _UNDER, seccomp.program().hex(), json.dumps(numbers)]
    seen: dict[str, Any] = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    assert {seen[name] for name in numbers if name != "clone3"} == {"EPERM"}
    assert (seen["clone3"], seen["fork"], seen["thread"], seen["vsock"]) == ("ENOSYS", 7, "ran", "EAFNOSUPPORT")
    if machine == "x86_64":
        assert seen["x32"] == -signal.SIGSYS
