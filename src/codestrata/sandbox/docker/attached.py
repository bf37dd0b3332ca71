"""A container's output as it comes: its attached stream, over a connection of our own that ends when we say.

The engine's client has a call for this, but leaves the upgraded connection open and reads it without end. Source:
Engine API, ContainerAttach ("Stream format").
"""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterator

_HEADER = struct.Struct(">BxxxL")
_CHUNK = 1 << 16
_SECONDS = 60.0
_LONGEST = 1 << 14


class Attached:
    """The stream of one container, attached before it starts. Raises OSError when the engine does not give it."""

    def __init__(self, path: str, api: str, container: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(_SECONDS)
            self._socket.connect(path)
            line = f"POST /v{api}/containers/{container}/attach?stream=1&stdout=1&stderr=1 HTTP/1.1\r\n"
            head = "Host: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"
            self._socket.sendall(f"{line}{head}".encode())
            self._rest = self._answered()
            self._socket.settimeout(None)
        except BaseException:
            self._socket.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        """Give piece after piece, stdout and stderr as they come, until the container ends."""
        while header := self._exactly(_HEADER.size):
            _, left = _HEADER.unpack(header)
            while left:
                piece = self._some(min(left, _CHUNK))
                if not piece:
                    return
                left -= len(piece)
                yield piece

    def close(self) -> None:
        """End it."""
        self._socket.close()

    def _answered(self) -> bytes:
        """Read the answer's header; gives what followed it."""
        answer = b""
        while b"\r\n\r\n" not in answer and len(answer) < _LONGEST:
            data = self._socket.recv(_CHUNK)
            if not data:
                break
            answer += data
        head, _, rest = answer.partition(b"\r\n\r\n")
        if not re.match(rb"HTTP/1\.1 (101|200) ", head):
            said = (rest or head).decode("utf-8", "replace").strip()[:300]
            raise OSError(f"the container engine does not attach to a container: {said}")
        return rest

    def _some(self, size: int) -> bytes:
        if self._rest:
            piece, self._rest = self._rest[:size], self._rest[size:]
            return piece
        return self._socket.recv(size)

    def _exactly(self, size: int) -> bytes:
        """Read so many bytes, or nothing at the end."""
        data = b""
        while len(data) < size:
            piece = self._some(size - len(data))
            if not piece:
                return b""
            data += piece
        return data
