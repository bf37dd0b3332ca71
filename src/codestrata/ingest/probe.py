"""One plain HTTP question to a Git server, for what git does not tell: where it redirects, and how long to wait."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass

from codestrata.errors import SecurityViolation
from codestrata.ingest.ssrf import Target, parse, shown

#: What git itself asks first; source: gitprotocol-http(5).
SUFFIX = "/info/refs?service=git-upload-pack"
_SECONDS = 20.0
#: Longest wait a server may ask for.
_LONGEST_WAIT = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, the repository URL redirected to ("" none), and the seconds to wait (-1: not said)."""

    status: int
    location: str = ""
    retry_after: float = -1.0


def ask(target: Target, *, header: str = "", ca_file: str = "") -> Answer | None:
    """Ask once, at the pinned address, following nothing; None when there is no sensible answer in 20 seconds."""
    connection = _connect(target, ca_file)
    if connection is None:
        return None
    timer = threading.Timer(_SECONDS, _hang_up, (connection,))
    timer.start()
    name, _, value = header.partition(": ")
    headers = {"User-Agent": "git/codestrata", "Accept": "*/*"} | ({name: value} if value else {})
    try:
        connection.request("GET", target.path + SUFFIX, headers=headers)
        with connection.getresponse() as response:
            wait = _seconds(response.headers.get("Retry-After", ""))
            return Answer(response.status, _repository(response.headers.get("Location", ""), target), wait)
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        timer.cancel()
        connection.close()


def _connect(target: Target, ca_file: str) -> http.client.HTTPConnection | None:
    for address in target.addresses:
        try:
            sock = socket.create_connection((address, target.port), timeout=_SECONDS)
        except OSError:
            continue
        connection = http.client.HTTPConnection(target.host, target.port, timeout=_SECONDS)
        try:
            connection.sock = _secured(sock, target, ca_file)
        except (OSError, ssl.SSLError):
            sock.close()
            return None
        return connection
    return None


def _secured(sock: socket.socket, target: Target, ca_file: str) -> socket.socket:
    if target.scheme != "https":
        return sock
    context = ssl.create_default_context(cafile=ca_file or None)
    return context.wrap_socket(sock, server_hostname=target.host.strip("[]"))


def _hang_up(connection: http.client.HTTPConnection) -> None:
    sock = connection.sock
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _repository(location: str, target: Target) -> str:
    """Take the repository's URL out of a redirect; raises SecurityViolation when it leads anywhere else."""
    if not location:
        return ""
    if location.startswith("/") and not location.startswith("//"):
        location = target.base.rstrip("/") + location
    base, found, _ = location.partition("/info/refs")
    if not found:
        raise SecurityViolation(f"redirects to {shown(location)}, which is no repository", where=shown(target.url))
    return parse(base).url


def _seconds(value: str) -> float:
    """Read Retry-After in seconds; the form with a date is not used by Git servers."""
    return min(float(value), _LONGEST_WAIT) if value.isascii() and value.isdigit() else -1.0
