"""The allow-list proxy, with a real TLS server behind it and clients of every kind before it."""

from __future__ import annotations

import gc
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.sandbox.proxy.tls_server import TlsServer, certificate

from codestrata.sandbox.proxy import Proxy
from codestrata.sandbox.proxy.rules import listed
from codestrata.sandbox.proxy.tunnel import Terms

HOST = "packages.example.org"


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsServer]:
    """Serve ``HOST`` on this machine."""
    with TlsServer(certificate(tmp_path_factory.mktemp("tls"), HOST)) as server:
        yield server


@pytest.fixture
def route(far: TlsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the proxy find the server under its name."""
    monkeypatch.setattr(Proxy, "routes_for_tests", {HOST: ("127.0.0.1", far.port)})


def connect(proxy: Proxy) -> socket.socket:
    """Connect to the proxy's socket, whatever the length of its path."""
    folder = os.open(proxy.socket.parent, os.O_RDONLY)
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(20)
    client.connect(f"/proc/self/fd/{folder}/{proxy.socket.name}")
    os.close(folder)
    return client


def ask(proxy: Proxy, request: bytes) -> bytes:
    """Send a request, and read the answer to its end."""
    with connect(proxy) as client:
        client.sendall(request)
        return read(client)


def read(stream: socket.socket) -> bytes:
    """Read to the end."""
    answer = b""
    while data := stream.recv(65536):
        answer += data
    return answer


def tunnel(proxy: Proxy, host: str = HOST) -> socket.socket:
    """Open a tunnel to a host."""
    client = connect(proxy)
    client.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    answer = client.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    return client


def get(proxy: Proxy, far: TlsServer, path: str = "/") -> bytes:
    """Fetch a page by HTTPS through the proxy, checking the certificate."""
    context = ssl.create_default_context(cafile=str(far.cert))
    with context.wrap_socket(tunnel(proxy), server_hostname=HOST) as stream:
        stream.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        return read(stream)


def settled(rule: Callable[[], bool]) -> bool:
    """Wait up to five seconds for something to become true."""
    end = time.monotonic() + 5
    while not rule() and time.monotonic() < end:
        time.sleep(0.01)
    return rule()


def test_a_listed_host_is_reached_by_https_and_logged_with_its_bytes(route, far: TlsServer, tmp_path: Path) -> None:
    """End to end: the client speaks TLS with the far server itself, the log counts what went both ways."""
    with Proxy((HOST,), folder=tmp_path) as proxy:
        assert get(proxy, far).endswith(far.body)
    (seen,) = proxy.connections
    assert (seen.host, seen.port, seen.allowed, seen.reason) == (HOST, 443, True, "")
    assert seen.sent > 200
    assert seen.received > 500
    assert not proxy.socket.exists()


def test_a_large_answer_arrives_whole(route, far: TlsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that reads slowly still gets every byte, and the end."""
    monkeypatch.setattr(far, "body", os.urandom(1 << 22))
    with Proxy((HOST,), folder=tmp_path) as proxy:
        assert get(proxy, far).endswith(far.body)


@pytest.mark.parametrize(
    ("request_line", "status", "host"),
    [
        (b"CONNECT other.example.org:443 HTTP/1.1", b"403", "other.example.org"),
        (b"CONNECT packages.example.org:22 HTTP/1.1", b"403", HOST),
        (b"CONNECT packages.example.org:99999 HTTP/1.1", b"403", HOST),
        (b"CONNECT xpackages.example.org:443 HTTP/1.1", b"403", "xpackages.example.org"),
        (b"CONNECT packages.example.org.evil.example:443 HTTP/1.1", b"403", "packages.example.org.evil.example"),
        (b"CONNECT 127.0.0.1:443 HTTP/1.1", b"403", "127.0.0.1"),
        (b"CONNECT [::1]:443 HTTP/1.1", b"400", "[::1]"),
        (b"CONNECT a..b:443 HTTP/1.1", b"400", "a..b"),
        (b"GET http://packages.example.org/x HTTP/1.1", b"403", HOST),
        (b"GET / HTTP/1.1", b"400", ""),
        (b"\x16\x03\x01\x02\x00", b"400", ""),
    ],
)
def test_what_is_not_listed_is_refused_with_a_reason_and_logged(
    route, tmp_path: Path, request_line: bytes, status: bytes, host: str
) -> None:
    """Refusals: other hosts, other ports, plain http, addresses, and what is no request at all."""
    with Proxy((HOST,), folder=tmp_path) as proxy:
        answer = ask(proxy, request_line + b"\r\nHost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 " + status)
        assert settled(lambda: len(proxy.connections) == 1)
    (seen,) = proxy.connections
    assert (seen.host, seen.allowed) == (host, False)
    assert seen.reason
    assert answer.endswith(f"codestrata: {seen.reason}\n".encode())


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "localhost."])
@pytest.mark.parametrize("private", [False, True])
def test_this_machine_is_never_reached_even_by_a_listed_name(tmp_path: Path, host: str, private: bool) -> None:
    """A name that leads home is refused when it is connected to, whatever the list says (DNS rebinding)."""
    with Proxy(("localhost", "127.0.0.1"), folder=tmp_path, private=private) as proxy:
        answer = ask(proxy, f"CONNECT {host}:443 HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"address that is" in answer


def test_a_suffix_lists_hosts_below_it_and_not_itself() -> None:
    """``.example.org`` is about what is below it, ``example.org`` about one host."""
    assert listed("a.b.example.org", (".example.org",))
    assert not listed("example.org", (".example.org",))
    assert not listed("badexample.org", (".example.org",))
    assert listed("example.org", ("Example.org",))
    assert not listed("a.example.org", ("example.org",))


def test_a_slow_client_is_told_and_cut(route, tmp_path: Path) -> None:
    """Who does not finish the request in time gets 408; the others are served meanwhile."""
    terms = Terms((HOST,), header_seconds=0.3)
    with Proxy((), folder=tmp_path, terms=terms) as proxy, connect(proxy) as slow:
        slow.sendall(b"CONNECT ")
        begun = time.monotonic()
        assert ask(proxy, b"CONNECT no.example.org:443 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 403 ")
        assert read(slow).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - begun < 3


def test_an_oversized_header_is_refused(tmp_path: Path) -> None:
    """No request makes the proxy keep more than its limit."""
    with Proxy((HOST,), folder=tmp_path) as proxy:
        answer = ask(proxy, b"CONNECT a.example.org:443 HTTP/1.1\r\nX: " + b"y" * 40_000)
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_a_half_open_connection_still_gets_its_answer(route, far: TlsServer, tmp_path: Path) -> None:
    """A client that is done sending can still read; bytes that follow the request at once are forwarded."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        terms = Terms((HOST,), routes={HOST: listener.getsockname()[:2]})
        with Proxy((), folder=tmp_path, terms=terms) as proxy, connect(proxy) as client:
            client.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\nearly".encode())
            client.shutdown(socket.SHUT_WR)
            server, _ = listener.accept()
            with server:
                assert read(server) == b"early"
                server.sendall(b"late")
            assert read(client).endswith(b"\r\n\r\nlate")
    assert [(c.sent, c.received) for c in proxy.connections] == [(5, 4)]


def test_an_idle_tunnel_is_cut(route, tmp_path: Path, far: TlsServer) -> None:
    """Nobody keeps a connection by saying nothing."""
    terms = Terms((HOST,), idle_seconds=0.4, routes={HOST: ("127.0.0.1", far.port)})
    with Proxy((), folder=tmp_path, terms=terms) as proxy, tunnel(proxy) as client:
        assert client.recv(1) == b""
        assert settled(lambda: bool(proxy.connections))
    assert "nothing moved" in proxy.connections[0].reason


def test_a_thousand_connections_are_served_or_told_to_wait(route, far: TlsServer, tmp_path: Path) -> None:
    """Over the cap there is an answer, not a hang; and everything is in the log."""
    with Proxy((HOST,), folder=tmp_path) as proxy, ThreadPoolExecutor(16) as pool:
        request = b"CONNECT no.example.org:443 HTTP/1.1\r\n\r\n"
        held = [connect(proxy) for _ in range(300)]
        answers = list(pool.map(lambda _: ask(proxy, request), range(700)))
        for client in held:
            client.close()
        assert {answer[9:12] for answer in answers} == {b"503"}
        assert settled(lambda: len(proxy.connections) == 1000)
        assert get(proxy, far).endswith(far.body)
    assert len(proxy.connections) == 1001


def test_the_end_cuts_what_is_open_and_logs_it(route, far: TlsServer, tmp_path: Path) -> None:
    """Leaving takes no time, though a server holds its answer back, a client says nothing and a third is half-way."""
    with Proxy((HOST,), folder=tmp_path) as proxy, connect(proxy), connect(proxy) as partly:
        partly.sendall(b"CONNECT pack")
        waiting = threading.Thread(target=lambda: _ignoring(lambda: get(proxy, far, "/hold")), daemon=True)
        waiting.start()
        assert settled(lambda: "/hold" in far.asked)
        begun = time.monotonic()
        proxy.__exit__(None, None, None)
        assert time.monotonic() - begun < 1
        waiting.join(5)
        assert not waiting.is_alive()
    assert sorted((c.allowed, c.reason) for c in proxy.connections) == [
        (False, "the command had ended"),
        (False, "the command had ended"),
        (True, ""),
    ]


def _ignoring(call: Callable[[], object]) -> None:
    try:
        call()
    except OSError:
        return


def test_a_flood_takes_only_so_many_descriptors(tmp_path: Path) -> None:
    """Whoever connects without end waits in the kernel; the end closes what was taken, at any moment."""
    for patience in (0.0, 0.02, 0.5):
        with Proxy((HOST,), folder=tmp_path) as proxy:
            clients = [connect(proxy) for _ in range(700)]
            time.sleep(patience)
            ours = len(list(Path("/proc/self/fd").iterdir())) - len(clients)
            assert ours < 500
        for client in clients:
            client.close()
    gc.collect()  # what was left open would warn now


def test_who_knocks_at_the_very_end_is_let_go_too(tmp_path: Path) -> None:
    """A connection and the end that come in the same turn of the loop leave nothing open."""
    with Proxy((HOST,), folder=tmp_path) as proxy:
        connect(proxy).close()
        time.sleep(0.02)  # the loop waits for the next
        proxy._loop.call_soon_threadsafe(time.sleep, 0.1)
        time.sleep(0.02)
        client = connect(proxy)
    client.close()
    gc.collect()  # what was left open would warn now


def test_the_socket_may_lie_at_a_long_path(route, far: TlsServer, tmp_path: Path) -> None:
    """The kernel's limit of 107 bytes is not the folder's."""
    folder = tmp_path / ("long" * 30)
    with Proxy((HOST,), folder=folder) as proxy:
        assert proxy.socket.parent == folder
        assert get(proxy, far).endswith(far.body)


def test_a_listener_made_elsewhere_can_be_served(route, far: TlsServer, tmp_path: Path) -> None:
    """A TCP socket, made in a room's network namespace, leads to the same proxy."""
    with Proxy((HOST,), folder=tmp_path) as proxy:
        listener = socket.create_server(("127.0.0.1", 0))
        address = listener.getsockname()
        proxy.listen(listener)
        with socket.create_connection(address) as client:
            client.sendall(b"CONNECT no.example.org:443 HTTP/1.1\r\n\r\n")
            assert read(client).startswith(b"HTTP/1.1 403 ")
