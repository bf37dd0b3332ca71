"""One connection to the proxy: the request read and judged, then bytes both ways until both sides are done.

Only ``CONNECT host:443`` is served (RFC 9110, section 9.3.6). What is refused gets an answer with the reason in its
body, since package clients show it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codestrata.sandbox.proxy.rules import PORT, Refused, addresses, listed, normal

_CONNECT = re.compile(rb"CONNECT ([^ \r\n]+):([0-9]{1,5}) HTTP/1\.[01]\r\n")
_PLAIN = re.compile(rb"[A-Z]{3,10} http://([^ /?#\r\n]+)[^\r\n]* HTTP/1\.[01]\r\n", re.IGNORECASE)
_CHUNK = 1 << 16
_LINGER = 1.0
_STATUS = {400: "Bad Request", 403: "Forbidden", 431: "Request Header Fields Too Large"} | {
    408: "Request Timeout",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What one proxy serves, and how patient it is; times are seconds, ``header`` is bytes.

    ``anywhere``: every public host (to learn which hosts a client asks). ``routes``: host → address, for tests.
    """

    allow: tuple[str, ...]
    private: bool = False
    anywhere: bool = False
    routes: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    header: int = 16 << 10
    header_seconds: float = 10.0
    connect_seconds: float = 15.0
    idle_seconds: float = 120.0


@dataclass(slots=True)
class Trace:
    """What is known of one connection so far; ``host`` is "" until a request names one."""

    host: str = ""
    port: int = 0
    allowed: bool = False
    sent: int = 0
    received: int = 0
    reason: str = ""


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, terms: Terms, trace: Trace) -> None:
    """Serve one connection to its end. ``trace`` is filled as things happen."""
    try:
        await _request(reader, terms, trace)
        there, back = await _connected(terms, trace)
    except Refused as refusal:
        trace.reason = refusal.reason
        await refuse(reader, writer, refusal)
        return
    trace.allowed = True
    for end in (writer, back):  # nothing may be on its way when a side ends, for then the connection is cut
        end.transport.set_write_buffer_limits(high=0)
    try:
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await _exchange((reader, writer), (there, back), terms, trace)
    finally:
        back.transport.abort()


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refusal: Refused) -> None:
    """Answer with the reason, for people and for the clients that show it."""
    body = f"codestrata: {refusal.reason}\n".encode()
    head = f"HTTP/1.1 {refusal.status} {_STATUS[refusal.status]}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(_LINGER):
            await writer.drain()
            writer.write_eof()
            while await reader.read(_CHUNK):  # a socket closed with bytes unread takes its answer back
                pass


async def _request(reader: asyncio.StreamReader, terms: Terms, trace: Trace) -> None:
    """Read the request's header, and judge what it asks for."""
    try:
        header = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), terms.header_seconds)
    except TimeoutError:
        raise Refused(408, f"no request within {terms.header_seconds:g} s") from None
    except asyncio.LimitOverrunError:
        raise Refused(431, f"a request header of more than {terms.header} bytes") from None
    except asyncio.IncompleteReadError:
        raise Refused(400, "the connection ended before the request did") from None
    found = _CONNECT.match(header)
    if not found:
        plain = _PLAIN.match(header)
        trace.host, trace.port = (plain[1].decode("ascii", "replace")[:255], 80) if plain else ("", 0)
        raise Refused(403 if plain else 400, "only HTTPS is let through, by CONNECT")
    trace.host, trace.port = found[1].decode("ascii", "replace")[:255], int(found[2])
    trace.host = normal(trace.host)
    if trace.port != PORT:
        raise Refused(403, f"only port {PORT} is let through")
    if not terms.anywhere and not listed(trace.host, terms.allow):
        raise Refused(403, f"{trace.host} is not on the list of hosts that this step may reach")


async def _connected(terms: Terms, trace: Trace) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    route = terms.routes.get(trace.host)
    places: Sequence[tuple[str, int]] = [route] if route else []
    if not route:
        found = await addresses(trace.host, trace.port, private=terms.private, seconds=terms.connect_seconds)
        places = [(str(address), trace.port) for address in found]
    trouble: Exception = OSError("no address")
    for place in places[:4]:
        try:
            return await asyncio.wait_for(asyncio.open_connection(*place), terms.connect_seconds)
        except (OSError, TimeoutError) as error:
            trouble = error
    raise Refused(502, f"cannot connect to {trace.host}: {getattr(trouble, 'strerror', None) or 'no answer in time'}")


_Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _exchange(near: _Stream, far: _Stream, terms: Terms, trace: Trace) -> None:
    """Copy both ways until both sides have ended, one fails, or nothing moves for ``idle_seconds``."""
    clock = asyncio.get_running_loop().time
    last = clock()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, out: bool) -> None:
        nonlocal last
        while data := await reader.read(_CHUNK):
            last = clock()
            if out:
                trace.sent += len(data)
            else:
                trace.received += len(data)
            writer.write(data)
            await writer.drain()
            last = clock()
        writer.write_eof()  # one side is done, the other may still have something to say

    tasks = {
        asyncio.ensure_future(copy(near[0], far[1], out=True)),
        asyncio.ensure_future(copy(far[0], near[1], out=False)),
    }
    left = set(tasks)
    try:
        while left:
            done, left = await asyncio.wait(left, timeout=terms.idle_seconds / 4, return_when=asyncio.FIRST_EXCEPTION)
            if any(task.exception() for task in done):
                return
            if left and clock() - last > terms.idle_seconds:
                trace.reason = f"nothing moved for {terms.idle_seconds:g} s"
                return
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
