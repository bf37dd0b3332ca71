"""The process that parses: texts come on a sheet, nodes go onto it. It may crash or be killed at any time.

Orders are JSON, one a message: ``{"sheet": 0, "shape": [size, files]}`` with a file descriptor shows it a sheet;
``{"parse": grammar, "on": 0, "sizes": […], "from": k, "native": true}`` has files parsed. It answers that twice:
``{"native": …}`` when it can read the grammar, and how; ``{}`` when all is done. When the other end closes, it ends.
"""

from __future__ import annotations

import ctypes
import json
import resource
import signal
import socket
from typing import Any

from codestrata.analyze.syntax.reading import Reader
from codestrata.analyze.syntax.sheet import Sheet

#: The most bytes of an order: sizes of as many files as a batch may have.
ORDER = 1 << 17
#: The most memory a parser may take, in bytes. Some grammars need memory that grows with the square of a hostile text:
#: a process that gets none any more dies, and the text is a ``crash``. A megabyte of sound program takes 100 MB.
MEMORY = 768 << 20
_PR_SET_PDEATHSIG = 1


def main(fd: int) -> None:
    """Serve on the socket with this file descriptor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this process ends it
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))  # prctl(2)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if hard < 0 else min(MEMORY, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    line = socket.socket(fileno=fd)
    sheets: dict[int, Sheet] = {}
    readers: dict[str, Reader] = {}
    line.send(b"{}")
    while True:
        order, descriptors, _, _ = socket.recv_fds(line, ORDER, 1)
        if not order:
            return
        told = json.loads(order)
        if "shape" in told:
            sheets[told["sheet"]] = Sheet(descriptors[0], *told["shape"])
            continue
        name = told["parse"]
        if name not in readers:
            readers[name] = Reader(name, native=told["native"])
        line.send(json.dumps({"native": readers[name].native}).encode())
        carry_out(readers[name], sheets[told["on"]], told)
        line.send(b"{}")


def carry_out(reader: Reader, sheet: Sheet, told: dict[str, Any]) -> None:
    """Read the files of an order that are not done yet."""
    out = sheet.columns()
    sizes, skipped = told["sizes"], told["from"]
    out.base, out.first = sum(sizes[:skipped]), sheet.told(skipped - 1)[0]
    for file, size in enumerate(sizes[skipped:], skipped):
        count, problem = reader.read(sheet.text(out.base, out.base + size), out)
        out.base += size
        out.first += count
        sheet.tell(file, out.first, problem)
