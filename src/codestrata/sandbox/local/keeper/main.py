"""The keeper's life: build the room, answer its owner, report the ends of commands, and go when the owner goes."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from codestrata.sandbox.local.keeper import building, kernel, landlock, starting, usage
from codestrata.sandbox.local.keeper.relay import relay

_MESSAGE, _FILES = 1 << 18, 64
_TCP_PATIENCE = 0.2

Order = dict[str, Any]


class Keeper:
    """A built room and its commands: ``running`` has the pipe on which each command's end is told."""

    def __init__(self, line: socket.socket, owner: int, plan: Order) -> None:
        self.line = line
        self.owner = owner
        self.plan = plan
        self.running: dict[int, int] = {}
        self.relays: dict[int, int] = {}

    def serve(self) -> None:
        """Answer until the owner is gone."""
        ends, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        poll = select.poll()
        for file in (self.line.fileno(), self.owner, ends):
            poll.register(file, select.POLLIN)
        while True:
            ready = {file for file, _ in poll.poll()}
            if ends in ready:
                os.read(ends, 4096)
                self.reap()
            if self.owner in ready or (self.line.fileno() in ready and not self.answer()):
                return

    def answer(self) -> bool:
        """Do one order; gives False when there will be no more."""
        data, extra, _, _ = self.line.recvmsg(_MESSAGE, socket.CMSG_SPACE(_FILES * 4), socket.MSG_CMSG_CLOEXEC)
        if not data:
            return False
        order = json.loads(data)
        told = b"".join(piece for _, _, piece in extra)
        files = [int.from_bytes(told[at : at + 4], sys.byteorder) for at in range(0, len(told), 4)]
        sent: list[int] = []
        try:
            reply = getattr(self, "do_" + order["do"])(order, files, sent)
        except Exception as error:  # noqa: BLE001 -- the owner decides what it means
            reply = {"error": f"{type(error).__name__}: {error}"}
        socket.send_fds(self.line, [json.dumps(reply).encode()], sent)
        for file in (*files, *sent):
            os.close(file)
        return True

    def reap(self) -> None:
        """Tell the ends of commands; orphans just go."""
        while True:
            try:
                child, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not child:
                return
            if child in self.running:
                told = self.running.pop(child)
                os.write(told, json.dumps({"status": os.waitstatus_to_exitcode(status)}).encode())
                os.close(told)
            if child in self.relays:
                os.kill(self.relays.pop(child), signal.SIGKILL)

    def do_start(self, order: Order, files: list[int], sent: list[int]) -> Order:
        """Start a command; the first file is where its end is told, the others are ``starting.start``'s.

        Of a network of its own, the first door is given to the owner; the others lead to the room's ports.
        """
        child, doors = starting.start(order, files[1:])
        self.running[child] = os.dup(files[0])
        sent += [door.detach() for door in doors[:1]]
        if doors[1:]:
            self.relays[child] = relay(list(zip(doors[1:], order["listen"][1:], strict=True)))
        for door in doors[1:]:
            door.close()
        return {"pid": child}

    def do_kill(self, order: Order, _files: list[int], _sent: list[int]) -> Order:
        """End a command that is still running, with all its processes; names them."""
        members = usage.members(order["pid"]) if order["pid"] in self.running else []
        for pid in members:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return {"members": members}

    def do_alive(self, order: Order, _files: list[int], _sent: list[int]) -> Order:
        """Say which of some processes are still there."""
        return {"alive": [pid for pid in order["pids"] if os.path.exists(f"/proc/{pid}")]}

    def do_usage(self, order: Order, _files: list[int], _sent: list[int]) -> Order:
        """Say what a command uses."""
        return usage.of(order["pid"], exact=order["exact"])

    def do_open(self, order: Order, _files: list[int], sent: list[int]) -> Order:
        """Give a descriptor of a folder of the keeper's root."""
        sent.append(os.open(order["path"], os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        return {}

    def do_tcp(self, order: Order, _files: list[int], _sent: list[int]) -> Order:
        """Say whether a TCP port answers inside the room."""
        try:
            with socket.socket() as probe:  # create_connection looks names up, with modules that are out of reach here
                probe.settimeout(_TCP_PATIENCE)
                probe.connect(("127.0.0.1", order["port"]))
                return {"answers": True}
        except OSError:
            return {"answers": False}

    def do_seal(self, _order: Order, _files: list[int], _sent: list[int]) -> Order:
        """Put the backing in order, to be kept."""
        signal.set_wakeup_fd(-1)
        building.seal(self.plan)
        return {}


def main() -> None:
    """Be the keeper on the socket and for the owner (a pidfd) that the arguments name; more files are just held."""
    line = socket.socket(fileno=int(sys.argv[2]))
    owner = int(sys.argv[3])
    for file in (line.fileno(), owner, *map(int, sys.argv[4:])):
        os.set_inheritable(file, False)  # noqa: FBT003 (takes no keyword)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o022)
    data = line.recv(_MESSAGE)
    if not data:
        return
    plan = json.loads(data)["plan"]
    try:
        building.leave(plan)
        child = os.fork()
        if child:
            line.close()
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) and 1)
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        notes = building.build(plan)
        walled = landlock.scope()
    except OSError as error:
        line.send(json.dumps({"error": str(error)}).encode())
        sys.exit(1)
    line.send(json.dumps({"notes": notes, "user": plan["user"][0], "walled": walled}).encode())
    Keeper(line, owner, plan).serve()
