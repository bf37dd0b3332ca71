"""A worker process: leases tasks from the ledger, attempts them, tells the supervisor what it is at.

It is forked from the nursery into a session of its own and lives through all stages. It talks JSON over one
socket; when that closes, the supervisor is gone and the worker ends itself and its children at once.
"""

from __future__ import annotations

import faulthandler
import json
import os
import queue
import resource
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from codestrata.engine.attempt import Bench, Ended, Told, attempt
from codestrata.engine.interrupt import terminable
from codestrata.engine.limits import ledger
from codestrata.engine.passing import told
from codestrata.engine.stages import load_stages, named
from codestrata.engine.view import RunView
from codestrata.errors import ErrorClass, StorageError
from codestrata.kernels.library import choose
from codestrata.settings import Settings
from codestrata.store.catalogue import Catalogue
from codestrata.store.layout import Layout
from codestrata.store.tables import Tables
from codestrata.store.tasks import Lease

#: Tasks are leased in batches of about so many seconds of work, so that short ones do not drown in book-keeping.
BATCH_SECONDS = 0.1
BATCH_MOST = 32
#: Seconds between two words about progress.
TELL_EVERY = 0.1

Message = dict[str, Any]


class Worker:
    """One worker: ``hello`` says where and how to work."""

    def __init__(self, line: Line, hello: Mapping[str, Any]) -> None:
        self.line = line
        self.name = str(hello["name"])
        layout = Layout(Path(hello["root"]))
        settings = Settings.model_validate(hello["settings"])
        choose(settings.engine.kernels)
        self.catalogue = Catalogue(layout.catalogue)
        self.bench = Bench(
            layout=layout,
            settings=settings,
            ledger=ledger(self.catalogue.database, settings.engine),
            tables=Tables(layout.tables),
            stages=load_stages(hello["stages"]),
            secrets=hello["secrets"],
            guard=partial(within_memory, settings.engine.memory_mb << 20),
            stop=line.stop,
        )
        self.pace = BATCH_SECONDS

    def serve(self) -> None:
        """Do as told until told to stop."""
        self.line.send(kind="ready")
        while (order := self.line.orders.get())["kind"] != "stop":
            if order["kind"] == "work":
                self.work(order["run"], order["stage"])
                self.line.send(kind="idle")
            else:
                self.line.send(kind="answer", **self.answer(order))

    def answer(self, order: Message) -> Message:
        """Plan a stage, or call a function with a run's view; the answer is what came of it, or the error."""
        with suppress(OSError):  # the supervisor's folder of now: settings and arguments may name paths from there
            os.chdir(order["folder"])
        view = RunView(self.catalogue, self.bench.layout, self.bench.settings, order["run"], self.bench.tables)
        try:
            with terminable():
                if order["kind"] == "plan":
                    partitions = self.bench.stages[order["what"]].plan(view)
                    return {"result": asdict(self.bench.ledger.enqueue(order["run"], order["what"], partitions))}
                return {"result": named(order["what"])(view, Teller(self.line, 0), **order["arguments"])}
        except Exception as error:  # noqa: BLE001 -- whatever it is, the supervisor raises it
            return {"error": told(error)}

    def work(self, run: int, stage: str) -> None:
        """Attempt tasks of a stage until none is due, or the supervisor wants something."""
        while self.line.orders.empty():
            leases = self.bench.ledger.lease(self.name, run, stage, self._batch())
            if not leases:
                return
            for i, lease in enumerate(leases):
                if self.line.stop.is_set() or (i and not self.line.orders.empty()):
                    self.bench.ledger.give_back(lease)
                    continue
                began = time.monotonic()
                self.attempt(lease)
                self.pace = 0.7 * self.pace + 0.3 * (time.monotonic() - began)

    def attempt(self, lease: Lease) -> None:
        """Attempt one task, and tell how it ended."""
        begun = {name: getattr(lease, name) for name in ("task", "token", "weight", "seconds", "title")}
        self.line.send(kind="begin", **begun)
        teller = Teller(self.line, lease.task)
        ended = attempt(self.bench, lease, Told(teller, teller.event))
        self.line.send(kind="end", task=lease.task, title=lease.title, **_told(ended))
        if ended.failure and ended.failure.error_class is ErrorClass.OOM:
            self.retire()

    def retire(self) -> NoReturn:
        """End after memory ran out: a fresh process has no fragments and no half-built caches."""
        self.bench.ledger.release(self.name)
        raise SystemExit(0)

    def _batch(self) -> int:
        return max(1, min(BATCH_MOST, int(BATCH_SECONDS / max(self.pace, 1e-4))))


class Line:
    """The socket to the supervisor; a thread listens, so that its end is noticed while a task runs.

    ``stop`` is set as soon as the supervisor tells this worker to stop.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._speaking = threading.Lock()
        self.orders: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.stop = threading.Event()

    def listen(self) -> Message:
        """Wait for the first message, then listen beside the work."""
        hello: Message = json.loads(self._connection.recv_bytes())
        threading.Thread(target=self._listen, daemon=True).start()
        return hello

    def send(self, **message: Any) -> None:
        """Tell the supervisor something."""
        with self._speaking:  # a stage may tell its progress from several threads
            self._connection.send_bytes(json.dumps(message).encode())

    def _listen(self) -> None:
        try:
            while True:
                order = json.loads(self._connection.recv_bytes())
                self.orders.put(order)
                if order["kind"] == "stop":
                    self.stop.set()
        except (EOFError, OSError):
            os.killpg(0, signal.SIGKILL)


class Teller:
    """Passes progress on, not more often than people can see."""

    def __init__(self, line: Line, task: int) -> None:
        self._line = line
        self._task = task
        self._next = 0.0

    def __call__(self, done: float) -> None:
        """Tell how much is done."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + TELL_EVERY
            self._line.send(kind="progress", task=self._task, done=done)

    def event(self, event: Mapping[str, Any]) -> None:
        """Tell what is happening, at once."""
        self._line.send(kind="event", task=self._task, event=event)


@contextmanager
def within_memory(memory: int, lease: Lease) -> Iterator[None]:
    """Limit heap and anonymous maps, in bytes; mapped packs do not count. Source: setrlimit(2), RLIMIT_DATA."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = int(memory * lease.scale)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard < 0 else min(wanted, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _told(ended: Ended) -> Message:
    why = ended.failure
    return {
        "state": ended.state.value if ended.state else "",
        "reason": f"{why.error_class}: {why.message}" if why else "",
    }


def main(fd: int) -> None:
    """Run a worker on the socket with this file descriptor."""
    os.set_inheritable(fd, False)  # noqa: FBT003 (takes no keyword)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    faulthandler.enable()
    line = Line(Connection(fd))
    try:
        with suppress(KeyboardInterrupt):  # asked to end in the middle of a plan or a call: everything is in order
            Worker(line, line.listen()).serve()
    except StorageError as error:
        line.send(kind="storage", message=error.message, where=error.where, hint=error.hint)
