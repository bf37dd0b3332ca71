"""Landlock as a second wall: it denies by itself what namespaces deny, too, and within a room nothing is missed."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys

import pytest
from tests.sandbox.contract.lab import Lab

from codestrata.sandbox.local import link
from codestrata.sandbox.local.keeper import landlock

pytestmark = pytest.mark.skipif(
    landlock.version() < landlock.SCOPES, reason=f"Landlock here is ABI {landlock.version()}, scopes came with 6"
)
_REACH = """
import errno, os, socket, sys
def told(act):
    try:
        act()
        return "done"
    except OSError as error:
        return errno.errorcode[error.errno]
def reach():
    print("abstract", told(lambda: socket.socket(socket.AF_UNIX).connect("\\0" + sys.argv[1])))
    print("signal", told(lambda: os.kill(int(sys.argv[2]), 0)))
    print("tcp", told(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])), 2)))
"""
_WALLED = "from codestrata.sandbox.local.keeper import landlock\nreach()\nlandlock.scope()\nreach()\n"
#: A keeper that forgets about the network: its rooms share the host's.
_LEAKING = link._START.replace(
    "from codestrata.sandbox.local.keeper.main import main",
    "from codestrata.sandbox.local.keeper import kernel; kernel.NEWNET = 0; "
    "from codestrata.sandbox.local.keeper.main import main",
)


@pytest.fixture
def outside() -> list[str]:
    """Give what is outside of a room: a socket without a file, a process, a port; as words."""
    name = f"strata-test-{secrets.token_hex(6)}"
    with (
        socket.socket(socket.AF_UNIX) as abstract,
        socket.create_server(("127.0.0.1", 0)) as port,
        subprocess.Popen(["sleep", "60"]) as process,
    ):
        abstract.bind(f"\0{name}")
        abstract.listen()
        yield [name, str(process.pid), str(port.getsockname()[1])]  # type: ignore[misc]
        process.kill()


def test_it_denies_by_itself(outside: list[str]) -> None:
    """Without any namespace, root is kept from signals and sockets without a file; and from nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", _REACH + _WALLED, *outside], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [
        "abstract", "done", "signal", "done", "tcp", "done",
        "abstract", "EPERM", "signal", "EPERM", "tcp", "done",
    ]  # fmt: skip


def test_it_holds_where_a_namespace_was_forgotten(
    local: Lab, outside: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A room that shares the host's network by mistake reaches its ports, but no socket without a file."""
    local.runner.probe()
    assert "kernel.NEWNET = 0" in _LEAKING
    monkeypatch.setattr(link, "_START", _LEAKING)
    with local.room({"reach.py": f"{_REACH}reach()\n"}) as room:
        told = room.run(f"python3 reach.py {' '.join(outside)}").text.split()
    assert told == ["abstract", "EPERM", "signal", "ESRCH", "tcp", "done"]


def test_within_a_room_commands_reach_one_another(local: Lab) -> None:
    """Programs that use sockets without a file between a service and a step (X11) go on to do so."""
    server = (
        "import socket; s = socket.socket(socket.AF_UNIX); s.bind('\\0here'); s.listen(); print('up', flush=True)\n"
    )
    with local.room({"serve.py": server + "s.accept()\n"}) as room:
        serving = room.start("python3 serve.py")
        assert next(local.runner.stream(serving)) == b"up\n"
        client = "import socket; socket.socket(socket.AF_UNIX).connect('\\0here'); print('met')"
        assert room.run(f'python3 -c "{client}"').text == "met"
        local.runner.wait(serving)


def test_the_doctor_says_so(local: Lab) -> None:
    """The layer names what it keeps in."""
    (layer,) = (one for one in local.runner.probe().layers if one.name == "landlock")
    assert "stay in the room" in layer.detail


def test_signals_within_a_room_go_on(local: Lab) -> None:
    """Commands end what they started, and the keeper ends commands and takes its mounts off."""
    with local.room() as room:
        assert room.run("sleep 5 & kill $!; wait $! || echo ended").text.endswith("ended")
        assert (local.kept(room) / "layer.json").exists()
