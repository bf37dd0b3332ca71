"""Attacks that want to outlive the command, or to end what is around it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from .tell import escaped, held, refusal, system, traps


def daemon() -> None:
    """Leave a grandchild in a session of its own, deaf to every signal that can be ignored."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            nothing = os.open(os.devnull, os.O_RDWR)
            for one in (0, 1, 2):
                os.dup2(nothing, one)
            time.sleep(600)
        os._exit(0)
    time.sleep(0.1)
    held("the child that it left was ended, too")


def group() -> None:
    """Leave a child in a process group of its own that keeps the output open."""
    if os.fork() == 0:
        os.setpgid(0, 0)
        time.sleep(600)
    time.sleep(0.1)
    held("the child that it left was ended, too")


def kill_host() -> None:
    """End a process of the host by its number."""
    number = traps()["sentinel"]
    try:
        os.kill(number, signal.SIGTERM)
    except OSError as error:
        held(f"process {number}: {refusal(error)}")
    held(f"the signal went to some process {number} that the room sees")


def kill_all() -> None:
    """End everything there is to be seen, process 1 included."""
    if os.readlink("/proc/self/ns/pid") == traps()["namespaces"].get("pid"):
        escaped("the room sees the host's processes; nothing was ended")
    for number in (1, -1):
        try:
            os.kill(number, signal.SIGKILL)
        except OSError:
            continue
    held("only processes of the room could be reached")


def trace() -> None:
    """Become the debugger of a process of the host."""
    number = traps()["sentinel"]
    try:
        system("ptrace", 0x4206, number, 0, 0)
    except OSError as error:
        held(f"process {number}: {refusal(error)}")
    if b"codestrata" in Path(f"/proc/{number}/cmdline").read_bytes():
        escaped(f"process {number} of the host is traced")
    held("a process of the room was traced")
