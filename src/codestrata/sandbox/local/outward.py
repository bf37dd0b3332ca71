"""A command's way out: a network namespace of its own, in which the proxy listens and nothing else is.

So no other command of the room, running beside it, has a way out through it. The room's services are reached through
doors of their own, at the ports that they are ready at.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from codestrata.sandbox.base import Connection, Network
from codestrata.sandbox.local.room import LocalRoom
from codestrata.settings.sandbox import SandboxSettings

#: Where programs find the proxy, in every runner.
PORT = 3128


class Door:
    """The way out of one command; without hosts, there is none, and no port to listen at."""

    def __init__(self, network: Network, settings: SandboxSettings, room: LocalRoom) -> None:
        self._network = network
        self._settings = settings
        self._room = room

    @property
    def ports(self) -> list[int]:
        """Give the ports of the command's own network: the proxy's, and those of services."""
        if not self._network.hosts:
            return []
        return [PORT, *dict.fromkeys(service.ready.tcp for service in self._room.job.services if service.ready.tcp)]

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables by which programs find the proxy."""
        if not self._network.hosts:
            return {}
        address = f"http://127.0.0.1:{PORT}"
        names = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), address)
        return {**names, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}

    def open(self, listener: int, closing: ExitStack) -> Callable[[], Sequence[Connection]]:
        """Serve at a listening socket until ``closing`` closes; gives what tells the connections."""
        from codestrata.sandbox.proxy import Proxy

        proxy = closing.enter_context(Proxy.of(self._network, self._settings, self._room.folder / f"proxy-{listener}"))
        proxy.listen(socket.socket(fileno=listener))
        return lambda: proxy.connections
