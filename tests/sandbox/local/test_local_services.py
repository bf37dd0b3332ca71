"""Services and ways out of the local runner: near at hand, and no wider than asked."""

from __future__ import annotations

import time

import pytest
from tests.sandbox.contract.lab import Lab

from codestrata.errors import ErrorClass, StrataError
from codestrata.sandbox.base import Network, Ready, Service

WEB = "exec python3 -m http.server --bind 127.0.0.1 8123"
ASK = "python3 -c \"import urllib.request as u; print(u.urlopen('http://127.0.0.1:8123/a').read().decode())\""


def test_a_service_is_ready_before_the_first_command(local: Lab) -> None:
    """It answers at 127.0.0.1, sees the room's files, and ends with the room."""
    with local.room({"a": "from-the-tree"}, services=(Service("web", WEB, ready=Ready(tcp=8123)),)) as room:
        assert room.run(ASK).text == "from-the-tree"
        room.run("echo changed > a")
        assert room.run(ASK).text == "changed"


def test_a_command_with_a_way_out_reaches_services_too(local: Lab) -> None:
    """Its network is another one; the service's port leads into the room's."""
    with local.room({"a": "near"}, services=(Service("web", WEB, ready=Ready(tcp=8123)),)) as room:
        assert room.run(ASK, network=Network(("allowed.example",))).text == "near"


def test_readiness_by_a_command(local: Lab) -> None:
    """Tried until it ends with 0."""
    service = Service("slow", "sleep 0.3; touch ready; exec sleep 60", ready=Ready(command="test -e /work/ready"))
    with local.room(services=(service,)) as room:
        assert room.run("test -e ready").exit.code == 0


@pytest.mark.parametrize(
    ("service", "words"),
    [
        (Service("never", "echo starting up; exec sleep 60", ready=Ready(tcp=8124, timeout=0.4)), "starting up"),
        (Service("dead", "echo no config found >&2; exit 3", ready=Ready(tcp=8124, timeout=9)), "no config found"),
    ],
)
def test_a_service_that_is_not_ready_is_no_fault_of_the_code(local: Lab, service: Service, words: str) -> None:
    """The room is not made; the error has the service's last words; nothing is left."""
    begun = time.monotonic()
    with pytest.raises(StrataError, match=words) as error, local.room(services=(service,)):
        pass
    assert error.value.error_class is ErrorClass.INFRA
    assert service.name in str(error.value)
    assert time.monotonic() - begun < 5
    assert list((local.place / "scratch").iterdir()) == []


def test_nobody_else_in_the_room_gets_out_by_a_commands_way(local: Lab) -> None:
    """While one command has a proxy, another one beside it has none."""
    knock = "python3 -c \"import socket; socket.create_connection(('127.0.0.1', 3128), 1); print('open')\""
    with local.room() as room:
        handle = room.start("sleep 5", network=Network(("allowed.example",)))
        assert room.run(knock).exit.code != 0
        local.runner.cancel(handle)
        assert local.runner.wait(handle).connections == ()
        assert room.run(knock, network=Network(("allowed.example",))).text == "open"
