"""Commands that were made in order to get at the room's surroundings, or to blame them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.contract.lab import Lab

from codestrata.errors import InvalidInput
from codestrata.sandbox.local import toolchains
from codestrata.sandbox.local.disks import Folder
from codestrata.sandbox.local.keeper import relay


@pytest.mark.parametrize(
    "options",
    [
        {"env": {"A": "x\0--bind\0/\0/tmp/in\0--cap-add\0ALL"}},
        {"env": {"A\0--cap-add\0ALL": "x"}},
        {"env": {"": "x"}},
        {"env": {"A=B": "x"}},
        {"env": {"A": "\ud800"}},
        {"argv": ("echo", "a\0b")},
        {"folder": "a\0b"},
        {"script": "echo \ud800"},
    ],
)
def test_nothing_of_a_command_becomes_an_option_of_ours(local: Lab, options: dict[str, Any]) -> None:
    """A zero byte in a variable would end it, and begin bubblewrap's next argument; what cannot be given is refused."""
    with local.room() as room, pytest.raises(InvalidInput):
        room.run(options.pop("script", "true" if "argv" not in options else ""), **options)


def test_code_that_closes_its_folder_blames_nobody(local: Lab) -> None:
    """The next command fails, by the code's own doing: the surroundings are well."""
    with local.room() as room:
        assert room.run("chmod 000 /work").exit.result == "passed"
        assert room.run("true").exit.result == "failed"


def test_devices_are_no_place_to_write(local: Lab) -> None:
    """/dev is memory that no limit of the disk counts."""
    with local.room() as room:
        assert room.run("(echo x > /dev/x) 2>/dev/null || echo refused").text == "refused"
        assert room.run("echo x > /dev/null; echo y > /dev/shm/y; cat /dev/shm/y").text == "y"


def test_output_can_be_opened_by_name(local: Lab) -> None:
    """Programs that write to /dev/stdout or /dev/stderr can."""
    with local.room() as room:
        assert room.run("echo out > /dev/stdout; echo err > /dev/stderr").text == "out\nerr"


def test_layers_are_for_their_owner_alone(local: Lab, tmp_path: Path) -> None:
    """What a room wrote may carry set-uid bits: nobody else of the host gets at it."""
    with local.room() as room:
        local.runner.layer(room.room, tmp_path / "layer")
    assert (tmp_path / "layer").stat().st_mode & 0o077 == 0


def test_empty_files_and_folders_count(tmp_path: Path) -> None:
    """They take no block, but a host's disk has room for so many."""
    for i in range(300):
        (tmp_path / f"d{i}").mkdir()
    assert Folder(tmp_path, 1 << 20).over()


def test_a_toolchain_never_brings_private_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in ~/.local/bin does not open ~/.local, where keys and passwords lie."""
    home = tmp_path / "home"
    for name in (".cargo", ".local/bin", ".local/share", "node/bin"):
        (home / name).mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: home)
    found = toolchains.find((str(home / ".local"), str(home / "node"), str(home / ".cargo")))
    assert str(home / "node") in found.folders
    assert not {str(home / ".local"), str(home / ".cargo")} & {*found.folders}


def test_a_relay_carries_only_so_many_at_once() -> None:
    """Nobody limits the process that carries connections to services, but itself; those beyond have to wait."""
    taken: list[socket.socket] = []
    with ExitStack() as stack:
        door, service = (stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=512)) for _ in range(2))
        serving = (door, service.getsockname()[1])
        threading.Thread(target=relay._serve, args=serving, daemon=True).start()
        threading.Thread(target=lambda: [taken.append(service.accept()[0]) for _ in range(300)], daemon=True).start()
        clients = [stack.enter_context(socket.create_connection(door.getsockname())) for _ in range(300)]
        _until(lambda: len(taken) >= relay._MOST)
        time.sleep(0.2)
        assert len(taken) == relay._MOST
        for end in clients:
            end.close()
        _until(lambda: [end.close() for end in taken] == [None] * len(clients))
        assert len(taken) == len(clients)


def _until(rule: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not rule() and time.monotonic() < end:
        time.sleep(0.01)
