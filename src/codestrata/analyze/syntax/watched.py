"""The process that parses, from outside: started, given orders, watched, killed when it takes too long."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestrata.analyze.syntax.reading import CRASH, TIMEOUT
from codestrata.analyze.syntax.sheet import Sheet
from codestrata.errors import StrataError

#: Seconds of CPU, and of waiting, that one file may take; in seconds of waiting a process must be there.
CPU_SECONDS = 20.0
WAIT_SECONDS = 300.0
#: Seconds between two looks at a process that has not answered.
_LOOK = 0.25
_BOOT = (
    "import sys; sys.path[:] = sys.argv[2:]; from codestrata.analyze.syntax.child import main; main(int(sys.argv[1]))"
)


@dataclass(slots=True)
class Order:
    """A batch of one grammar on a sheet, with the sizes of its files."""

    sheet: Sheet
    grammar: str
    sizes: tuple[int, ...]
    native: bool = True
    started: bool = False


class Watched:
    """One process; when it has died it is of no more use."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, os.fdopen(os.memfd_create("said"), "w+b") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-E", "-c", _BOOT, str(theirs.fileno()), *sys.path],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                pass_fds=(theirs.fileno(),),
                env={},
            )
            theirs.close()
            self._shown: list[Sheet] = []
            self._mark = (-1, 0.0, 0.0)
            if self._answer(None) is None:
                self.end()
                said.seek(0)
                words = said.read().decode("utf-8", "replace").strip().splitlines() or [""]
                raise StrataError("the process that parses cannot be started", where=sys.executable, hint=words[-1])

    def end(self) -> None:
        """Kill it."""
        self._line.close()
        self._process.kill()
        self._process.wait()

    def send(self, order: Order) -> None:
        """Give it what is not done of an order; whether that arrived shows when it is waited for."""
        order.started = False
        try:
            if order.sheet not in self._shown:
                self._shown.append(order.sheet)
                shown = {"sheet": id(order.sheet), "shape": [order.sheet.size, order.sheet.files]}
                socket.send_fds(self._line, [json.dumps(shown).encode()], [order.sheet.fd])
            told = {"parse": order.grammar, "on": id(order.sheet), "sizes": order.sizes, "from": order.sheet.done}
            self._line.send(json.dumps(told | {"native": order.native}).encode())
        except OSError:
            pass

    def wait(self, order: Order) -> int:
        """Wait until an order is done: 0. Or give the problem that the file it is at turned out to be."""
        self._mark = (-1, 0.0, 0.0)
        for _ in range(2):
            answer = self._answer(order.sheet)
            if answer is None:
                return TIMEOUT if self._process.poll() is None else CRASH
            if "native" in answer:
                order.started, order.native = True, answer["native"]
        return 0

    def _answer(self, sheet: Sheet | None) -> dict[str, Any] | None:
        """Give what it says next; None when it says nothing any more."""
        while not select.select([self._line], [], [], _LOOK)[0]:
            if self._late(sheet):
                return None
        try:
            said = self._line.recv(4096)
        except OSError:
            said = b""
        if not said:
            self._process.wait()  # its end of the line closes when it ends
            return None
        answer: dict[str, Any] = json.loads(said)
        return answer

    def _late(self, sheet: Sheet | None) -> bool:
        """Say whether it is too long at one file."""
        done = sheet.done if sheet else 0
        cpu, now = _cpu(self._process.pid), time.monotonic()
        if done != self._mark[0]:
            self._mark = (done, cpu, now)
        _, before, since = self._mark
        return cpu - before > CPU_SECONDS or now - since > WAIT_SECONDS


def _cpu(pid: int) -> float:
    """Give the seconds of CPU a process has had. Source: proc_pid_stat(5), fields 14 and 15, in ticks of 10 ms."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100
