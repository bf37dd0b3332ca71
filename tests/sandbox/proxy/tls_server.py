"""A TLS server on this machine, with a certificate that only its tests know."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self


def certificate(folder: Path, name: str) -> Path:
    """Make a certificate for a name, with its key beside it."""
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", *key, "-days", "2", *subject], cwd=folder, check=True, capture_output=True
    )
    return folder / "cert.pem"


@dataclass
class TlsServer:
    """Answers every request with ``body`` and closes; ``/hold`` is answered when the server ends, or never."""

    cert: Path
    body: bytes = b"hello from far away\n"
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin to serve, at a free port."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.cert.with_name("key.pem"))
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        self._context, self._ending = context, threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._ending.set()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        raw.settimeout(20)
        try:
            with self._context.wrap_socket(raw, server_side=True) as stream:
                request = b""
                while b"\r\n\r\n" not in request:
                    data = stream.recv(65536)
                    if not data:
                        return
                    request += data
                path = request.split(b" ")[1].decode()
                self.asked.append(path)
                if path == "/hold":
                    self._ending.wait(20)
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(self.body)}\r\nConnection: close\r\n\r\n"
                stream.sendall(head.encode() + self.body)
        except OSError:
            raw.close()
