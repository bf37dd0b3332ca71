"""Proxy: listens on a Unix socket, in a thread of its own, for as long as a command may use the network."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from codestrata.sandbox.base import Connection, Network
from codestrata.sandbox.proxy.rules import Refused
from codestrata.sandbox.proxy.tunnel import Terms, Trace, refuse, serve
from codestrata.settings.sandbox import SandboxSettings

#: Where commands find the proxy, inside their room.
ADDRESS = ("127.0.0.1", 3128)
_NAME = "proxy.sock"
_CONNECTIONS = 256
#: With so many, the next are left waiting in the kernel: each takes a descriptor of this process, which is not alone.
_CROWD = 384
#: Seconds to wait after a connection that could not be taken.
_PAUSE = 0.05
_LOGGED = 10_000
_BACKLOG = 1024


class Proxy:
    """A context manager: an HTTP proxy for ``CONNECT host:443`` to the hosts of a list.

    ``allow``: names, ``.example.org`` for any host below it. ``before`` is the cut-off in seconds since 1970 that the
    command's clients were told: what they fetch is encrypted, so it is they who keep to it, see ``registries.py``.
    ``private``: hosts may lie at addresses that are not public, but never at this machine's own. ``record`` lets every
    host through: for learning which ones our own commands ask for, never for foreign code.

    ``socket`` is where it listens, in ``folder``; ``connections`` is the log, in the order of the ends, with times from
    the proxy's beginning, which is that of the command it serves; ``unlogged`` counts what came after its first 10,000
    entries.
    """

    #: For tests alone: host → address and port that are connected to, whatever name servers and rules on addresses say.
    routes_for_tests: ClassVar[Mapping[str, tuple[str, int]]] = {}

    def __init__(
        self,
        allow: tuple[str, ...],
        before: int = 0,
        folder: Path = Path(),
        *,
        private: bool = False,
        record: bool = False,
        terms: Terms | None = None,
    ) -> None:
        self.before = before
        self.socket = folder / _NAME
        self.connections: list[Connection] = []
        self.unlogged = 0
        self._began = time.monotonic()
        routes = dict(self.routes_for_tests)
        self._terms = terms or Terms(tuple(allow), private=private, anywhere=record, routes=routes)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._listeners: list[socket.socket] = []
        self._raw: set[socket.socket] = set()  # taken, and not yet a stream

    @classmethod
    def of(cls, network: Network, settings: SandboxSettings, folder: Path) -> Proxy:
        """Make the proxy that a command's network and the settings ask for."""
        return cls(network.hosts, network.before, folder, private=settings.private_addresses)

    def __enter__(self) -> Self:
        """Begin to listen."""
        listener = _bound(self.socket)
        self._thread.start()
        self.listen(listener)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every connection at once and log it; nothing on the other side can hold this up."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        with contextlib.suppress(FileNotFoundError):
            self.socket.unlink()

    def listen(self, listener: socket.socket) -> None:
        """Serve one more listening socket, which becomes the proxy's: one made inside a network namespace, say."""
        listener.settimeout(0)
        listener.listen(_BACKLOG)
        self._listeners.append(listener)
        self._loop.call_soon_threadsafe(lambda: self._keep(self._accept(listener)))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            for task in self._tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
            self._loop.run_until_complete(asyncio.sleep(0))  # lets transports close their sockets
            for line in (*self._listeners, *self._raw):
                line.close()
            self._loop.close()

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Hold a task, to be ended with the proxy."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _accept(self, listener: socket.socket) -> None:
        """Take connections, while there are few enough."""
        free = asyncio.Semaphore(_CROWD)
        while True:
            await free.acquire()
            try:
                line, _ = listener.accept()
            except BlockingIOError:
                free.release()
                await self._readable(listener)
                continue
            except OSError:  # no descriptor is left, or the client is gone again
                free.release()
                await asyncio.sleep(_PAUSE)
                continue
            self._raw.add(line)
            self._keep(self._taken(line)).add_done_callback(lambda _: free.release())

    async def _readable(self, listener: socket.socket) -> None:
        """Wait for somebody. What ``loop.sock_accept`` has taken is lost, and open, when its task ends that moment."""
        knock: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_reader(listener, _knocked, knock)
        try:
            await knock
        finally:
            self._loop.remove_reader(listener)

    async def _taken(self, line: socket.socket) -> None:
        opening = self._loop.create_task(asyncio.open_connection(sock=line, limit=self._terms.header))
        try:
            reader, writer = await asyncio.shield(opening)
        except OSError:
            return
        except asyncio.CancelledError:  # the end came meanwhile: what is half open is opened, and closed
            with contextlib.suppress(OSError):
                (await opening)[1].transport.abort()
            raise
        self._raw.discard(line)
        await self._served(reader, writer)

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        trace = Trace()
        try:
            if len(self._tasks) > _CONNECTIONS:
                trace.reason = f"more than {_CONNECTIONS} connections at once"
                await refuse(reader, writer, Refused(503, trace.reason))
            else:
                await serve(reader, writer, self._terms, trace)
        except OSError as error:
            trace.reason = trace.reason or f"the connection broke: {error.strerror or error}"
        except asyncio.CancelledError:
            trace.reason = trace.reason or ("" if trace.allowed else "the command had ended")
        finally:
            self._log(trace)
            writer.transport.abort()

    def _log(self, trace: Trace) -> None:
        if len(self.connections) >= _LOGGED:
            self.unlogged += 1
            return
        at = time.monotonic() - self._began
        self.connections.append(
            Connection(trace.host, trace.port, trace.allowed, trace.sent, trace.received, trace.reason, trace.fault, at)
        )


def _knocked(knock: asyncio.Future[None]) -> None:
    if not knock.done():
        knock.set_result(None)


def _bound(path: Path) -> socket.socket:
    """Make a Unix socket at a path of any length: the kernel's limit is 107 bytes, so it is named by its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(f"/proc/self/fd/{folder}/{path.name}")
        path.chmod(0o666)  # the room's user is another one; the folder decides who gets here
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    finally:
        os.close(folder)
    return listener
