"""The contract: no network, unless hosts are listed; then only those, by HTTPS, and logged. Services are near."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import Lab, OpenRoom, gone
from tests.sandbox.proxy.tls_server import TlsServer, certificate

from codestrata.errors import ErrorClass, StrataError
from codestrata.sandbox.base import Exit, Network, Ready, Service
from codestrata.sandbox.proxy import Proxy

HOST = "packages.example.org"

#: Asks for HTTPS pages through the proxy that the environment names, as package clients do.
FETCH = """
import http.client, ssl, sys
host, path = sys.argv[1], sys.argv[2]
tls = ssl.create_default_context(cafile="cert.pem")
way = http.client.HTTPSConnection("127.0.0.1", 3128, context=tls, timeout=10)
way.set_tunnel(host, 443)
try:
    way.request("GET", path)
    sys.stdout.write(way.getresponse().read().decode())
except OSError as error:
    sys.exit(str(error))
"""
CONNECT = """
import socket, sys
for host, port in [a.rsplit(":", 1) for a in sys.argv[1:]]:
    try:
        socket.create_connection((host, int(port)), 2).close()
        print("reached", host, port)
    except OSError as error:
        print("not", host, port, error)
"""


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TlsServer]:
    """Serve ``HOST`` on this machine, where the proxies of this process find it."""
    folder = tmp_path / "tls"
    folder.mkdir()
    with TlsServer(certificate(folder, HOST)) as server:
        monkeypatch.setattr(Proxy, "routes_for_tests", {HOST: ("127.0.0.1", server.port)})
        yield server


def files(far: TlsServer) -> dict[str, str]:
    """Give the files of a tree that can fetch."""
    return {"fetch.py": FETCH, "cert.pem": far.cert.read_text()}


def test_a_listed_host_is_reached_and_logged(real: Lab, far: TlsServer) -> None:
    """End to end: a TLS client in the room, the proxy, a TLS server on the host."""
    with real.room(files(far)) as room:
        done = room.run(f"python3 fetch.py {HOST} /page", network=Network((HOST,)))
        assert done.exit.result == "passed", (done.exit, done.text)
        assert done.output == far.body
        (seen,) = done.exit.connections
        assert (seen.host, seen.port, seen.allowed) == (HOST, 443, True)
        assert seen.received > 400


def test_another_host_is_refused_as_policy(real: Lab, far: TlsServer) -> None:
    """The class says that it failed on something it may not do, the log says on what."""
    with real.room(files(far)) as room:
        done = room.run("python3 fetch.py other.example.org /", network=Network((HOST,)))
        assert done.exit.result == "policy"
        assert [(c.host, c.allowed) for c in done.exit.connections] == [("other.example.org", False)]
        assert "other.example.org" in done.exit.reason


def test_a_refusal_beside_another_failure_is_told_and_not_blamed(real: Lab, far: TlsServer) -> None:
    """A program that copes with it and fails of something else has failed; the host is named as a hint."""
    with real.room(files(far)) as room:
        script = "python3 fetch.py other.example.org / 2>/dev/null || true; echo 1 test failed; exit 1"
        done = room.run(script, network=Network((HOST,)))
        assert (done.exit.result, done.exit.evidence["connections_denied"]) == ("failed", 1)
        assert "it was denied other.example.org:443, which may be why" in done.exit.reason


def test_without_hosts_there_is_no_network_and_no_proxy(real: Lab, far: TlsServer) -> None:
    """Not even the host's own ports, and not after a command of the same room had a way out."""
    listener = socket.create_server(("0.0.0.0", 0))
    port = listener.getsockname()[1]
    address = socket.gethostbyname(socket.gethostname())
    with listener, real.room({**files(far), "connect.py": CONNECT}) as room:
        assert room.run(f"python3 fetch.py {HOST} /", network=Network((HOST,))).exit.code == 0
        lines = room.run(f"python3 connect.py 127.0.0.1:3128 127.0.0.1:{port} {address}:{port} 192.0.2.1:443").text
        assert "reached" not in lines, lines
        assert lines.count("not ") == 4


def test_a_command_with_a_way_out_reaches_nothing_directly(real: Lab, far: TlsServer) -> None:
    """Only the proxy's port answers."""
    with real.room({**files(far), "connect.py": CONNECT}) as room:
        where = f"127.0.0.1:3128 127.0.0.1:{far.port} 192.0.2.1:443"
        lines = room.run(f"python3 connect.py {where}", network=Network((HOST,))).text.splitlines()
        assert [line.split()[0] for line in lines] == ["reached", "not", "not"], lines


LISTEN = """
import http.server, sys, time
time.sleep(float(sys.argv[2]))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"served " + sys.argv[3].encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
ASK = "import urllib.request, sys; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())"


def test_services_are_ready_before_the_first_command(real: Lab) -> None:
    """Reached at 127.0.0.1, by port or by what a command says; they end with the room."""
    mark = f"m{time.monotonic_ns()}"
    one = Service("one", f"python3 listen.py 8001 0.7 {mark}", ready=Ready(tcp=8001, timeout=20))
    two = Service("two", "python3 listen.py 8002 0 $NAME", env={"NAME": mark}, ready=Ready(tcp=8002, timeout=20))
    three = Service("three", "sleep 1; touch ready; sleep 60", ready=Ready(command="test -e ready", timeout=20))
    with real.room({"listen.py": LISTEN, "ask.py": ASK}, services=(one, two, three)) as room:
        for port in (8001, 8002):
            assert room.run(f"python3 ask.py http://127.0.0.1:{port}/").text == f"served {mark}"
        assert room.run("test -e ready").exit.code == 0
    assert gone(mark)


def test_two_rooms_have_their_own_services(real: Lab) -> None:
    """The same port, in two rooms at once."""
    tree = {"listen.py": LISTEN, "ask.py": ASK}

    def service(word: str) -> tuple[Service, ...]:
        return (Service("web", f"python3 listen.py 8080 0 {word}", ready=Ready(tcp=8080, timeout=20)),)

    with real.room(tree, services=service("one")) as one, real.room(tree, services=service("two")) as two:
        answers = [room.run("python3 ask.py http://127.0.0.1:8080/").text for room in (one, two)]
    assert answers == ["served one", "served two"]


def test_a_service_that_is_never_ready_is_infra_and_says_what_it_said(real: Lab) -> None:
    """An error from ``prepare``, with its words; nothing of the room is left."""
    mark = f"sleep 96{time.monotonic_ns() % 10**7}.5"
    dead = Service("dead", "echo cannot find my config; exit 3", ready=Ready(tcp=8001, timeout=20))
    slow = Service("slow", f"echo still working; {mark}", ready=Ready(tcp=8001, timeout=1))
    for service, words in ((dead, "cannot find my config"), (slow, "still working")):
        with pytest.raises(StrataError) as failed:
            real.runner.prepare(real.job(services=(service,)))
        assert failed.value.error_class is ErrorClass.INFRA
        assert words in str(failed.value)
        assert service.name in str(failed.value)
    assert gone(mark)


def test_services_and_a_way_out_go_together(real: Lab, far: TlsServer) -> None:
    """A command reaches both its service and a listed host; side by side, too."""
    web = Service("web", "python3 listen.py 8080 0 near", ready=Ready(tcp=8080, timeout=20))
    with real.room({**files(far), "listen.py": LISTEN, "ask.py": ASK}, services=(web,)) as room:
        script = f"python3 ask.py http://127.0.0.1:8080/; python3 fetch.py {HOST} /"
        done = room.run(script, network=Network((HOST,)))
        assert done.text.split("\n") == ["served near", far.body.decode().strip()], done.text
        assert threading.active_count() < 200


def side_by_side(room: OpenRoom, networks: list[Network]) -> dict[str, Exit]:
    """Fetch once through each network, all at the same time; gives the ends by the first host that is listed."""

    def fetch(network: Network) -> tuple[str, Exit]:
        return network.hosts[0], room.run(f"python3 fetch.py {HOST} /", network=network).exit

    with ThreadPoolExecutor(len(networks)) as pool:
        return dict(pool.map(fetch, networks))


@pytest.mark.parametrize("services", [(), (Service("web", "sleep 60", ready=Ready(command="true", timeout=20)),)])
def test_commands_with_ways_out_of_their_own_run_side_by_side(
    real: Lab, far: TlsServer, services: tuple[Service, ...]
) -> None:
    """Each has its own list and its own log, with services beside them or not."""
    with real.room(files(far), services=services) as room:
        seen = side_by_side(room, [Network((HOST,)), Network(("other.example.org",))])
    assert (seen[HOST].result, seen["other.example.org"].result) == ("passed", "policy"), seen
    assert all(len(ended.connections) == 1 for ended in seen.values())
