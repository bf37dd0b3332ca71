"""A real smart-HTTP Git server for tests: ``git http-backend`` behind Python's server, with switches for trouble."""

from __future__ import annotations

import contextlib
import os
import re
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self


@dataclass
class Reply:
    """An answer instead of Git's: status and headers; ``drip`` sends a byte every so many seconds, for ever."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]


class GitServer:
    """Serves repositories under a folder; ``trouble[prefix]`` is a list of replies used up one by one, None: as usual.

    ``requests`` remembers what was asked; ``auth`` (prefix → header) asks for an Authorization header; ``watch`` is
    called during every request.
    """

    def __init__(self, root: Path, tls: ssl.SSLContext | None = None) -> None:
        self.root = root
        self.scheme = "https" if tls else "http"
        self.trouble: dict[str, list[Reply | None]] = {}
        self.always: dict[str, Reply] = {}
        self.auth: dict[str, str] = {}
        self.requests: list[Asked] = []
        self.watch: Callable[[], None] = lambda: None
        self.closing = threading.Event()
        self.http = _Quiet(("127.0.0.1", 0), type("Handler", (_Handler,), {"git": self}))
        self.http.daemon_threads = False
        self.port = self.http.server_address[1]
        if tls:
            self.http.socket = tls.wrap_socket(self.http.socket, server_side=True)

    @property
    def place(self) -> str:
        """Give host:port."""
        return f"127.0.0.1:{self.port}"

    def url(self, name: str) -> str:
        """Give the URL of a repository under the root."""
        return f"{self.scheme}://{self.place}/{name}"

    def __enter__(self) -> Self:
        """Start."""
        self._thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and wait for every request to end."""
        self.closing.set()
        self.http.shutdown()
        self._thread.join()
        self.http.server_close()

    def asked(self, prefix: str) -> list[Asked]:
        """List the requests for one repository."""
        return [one for one in self.requests if one.path.startswith(prefix)]


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up: many are made to."""


class _Handler(BaseHTTPRequestHandler):
    git: GitServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Stay quiet."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer()

    def _answer(self) -> None:
        self.path = re.sub(r"^http://[^/]+", "", self.path)  # as a proxy is asked
        self.git.requests.append(Asked(self.command, self.path, dict(self.headers.items())))
        self.git.watch()
        body = self._body()
        for prefix, header in self.git.auth.items():
            if self.path.startswith(prefix) and self.headers.get("Authorization") != header:
                self._reply(Reply(401, {"WWW-Authenticate": 'Basic realm="test"'}))
                return
        reply = self._trouble()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if reply:
                self._reply(reply)
            else:
                self._backend(body)

    def _trouble(self) -> Reply | None:
        for prefix, reply in self.git.always.items():
            if self.path.startswith(prefix):
                return reply
        for prefix, replies in self.git.trouble.items():
            if self.path.startswith(prefix) and replies:
                return replies.pop(0)
        return None

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _reply(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        if not reply.drip:
            self.send_header("Content-Length", "0")
        self.end_headers()
        self.close_connection = True
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while reply.drip and not self.git.closing.wait(reply.drip):
                self.wfile.write(b"0")
                self.wfile.flush()

    def _backend(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.git.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "3",
            "GIT_CONFIG_KEY_0": "uploadpack.allowFilter",
            "GIT_CONFIG_VALUE_0": "true",
            "GIT_CONFIG_KEY_1": "uploadpack.allowAnySHA1InWant",
            "GIT_CONFIG_VALUE_1": "true",
            "GIT_CONFIG_KEY_2": "safe.directory",
            "GIT_CONFIG_VALUE_2": "*",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], env=environment, input=body, capture_output=True, check=False, timeout=120
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
