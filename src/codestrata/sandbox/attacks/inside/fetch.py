"""Attacks of a fetch step on the one way out it has: the proxy."""

from __future__ import annotations

import contextlib
import os
import socket
from urllib.parse import urlsplit

from .tell import absent, escaped, held, traps


def _ask(request: str) -> str:
    """Ask the proxy; gives the first line of its answer, or "" when it hangs up."""
    address = os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY") or ""
    proxy = urlsplit(address)
    if not proxy.hostname:
        absent("the room has no proxy")
    with contextlib.suppress(OSError), socket.create_connection((proxy.hostname, proxy.port or 80), 2) as out:
        out.sendall(request.encode())
        return out.recv(4096).split(b"\r\n")[0].decode("utf-8", "replace")
    return ""


def _try(*requests: str) -> None:
    said = ""
    for request in requests:
        said = _ask(request)
        if " 200" in said:
            escaped(f"{request.splitlines()[0]} was let through")
    held(f"the proxy says {said!r}" if said else "the proxy hangs up")


def _connect(where: str) -> str:
    return f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n\r\n"


def other_host() -> None:
    """Reach a host that is not on the list, and names that look like one that is."""
    _try(*map(_connect, ("evil.invalid:443", "allowed.invalid.evil.invalid:443", "notallowed.invalid:443")))


def plain() -> None:
    """Reach somebody by plain HTTP."""
    host, port = traps()["tcp"][0]
    _try(*(f"GET http://{one}/ HTTP/1.1\r\nHost: {one}\r\n\r\n" for one in ("allowed.invalid", f"{host}:{port}")))


def by_number() -> None:
    """Reach the host and others by their number."""
    numbers = [f"{host}:{port}" for host, port in traps()["tcp"]]
    _try(*map(_connect, (*numbers, "192.0.2.1:443", "[::1]:443", "2130706433:443", "169.254.169.254:443")))


def other_port() -> None:
    """Reach an allowed host at a port that is none for fetching."""
    port = traps()["tcp"][0][1]
    _try(*map(_connect, ("allowed.invalid:22", "allowed.invalid:25", f"localhost:{port}", "allowed.invalid:0")))


def inward() -> None:
    """Reach the host by an allowed name that stands for its own address."""
    port = traps()["tcp"][0][1]
    _try(_connect(f"localhost:{port}"), _connect("localhost:443"))


def past() -> None:
    """Reach somebody without the proxy."""
    for host, port in (*traps()["tcp"], ("192.0.2.1", 443)):
        with contextlib.suppress(OSError), socket.create_connection((host, port), 0.3):
            escaped(f"connected to {host}:{port}, past the proxy")
    held("there is no way but the proxy")
