"""The contract: what is too much is stopped, told apart, and leaves the room usable."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from tests.sandbox.contract.lab import LIMITS, Lab

from codestrata.sandbox.base import Limits

MEMORY = "x=$(head -c 400000000 /dev/zero | tr '\\0' x); echo survived ${#x}"


def test_too_much_memory_is_oom(real: Lab) -> None:
    """A string of 400 MB under 96 MB."""
    with real.room() as room:
        done = room.run(MEMORY)
        assert done.exit.result == "oom", (done.exit, done.text[-300:])
        assert b"survived" not in done.output
        assert done.exit.reason
        assert room.run("echo on").text == "on"


def test_memory_in_a_child_that_is_not_waited_for_well_is_still_told(real: Lab) -> None:
    """The shell goes on and ends with another status: the kill is the evidence."""
    with real.room() as room:
        done = room.run(f"(sh -c '{MEMORY.replace(chr(39), chr(34))}') || exit 7")
        assert done.exit.result in {"oom", "failed"}
        assert done.exit.code in {7, 137}


def test_too_many_processes_are_refused(real: Lab) -> None:
    """A fork bomb in miniature: the host is not reached, the room goes on."""
    with real.room() as room:
        done = room.run("i=0; while [ $i -lt 400 ]; do sleep 3 & i=$((i+1)); done; echo all", limits=LIMITS)
        assert done.exit.result == "policy", (done.exit, done.text[-300:])
        assert b"all" not in done.output
        assert room.run("echo on").text == "on"


@pytest.mark.parametrize("place", [".", "~", "/tmp"])
def test_too_much_disk_is_told(real: Lab, place: str) -> None:
    """Work tree, home and /tmp share the job's limit; ``limits.disk`` of a command says nothing."""
    with real.room(limits=replace(LIMITS, disk=24 << 20)) as room:
        done = room.run(f"cat /dev/zero > {place}/big", limits=replace(LIMITS, disk=1 << 40))
        assert done.exit.result == "disk", (done.exit, done.text[-300:])
        assert room.run(f"rm -f {place}/big; echo on").text == "on"


def test_what_a_tree_already_takes_is_not_counted(real: Lab) -> None:
    """A large tree leaves the whole limit for what is written."""
    tree = real.tree({"small": "x"})
    (tree / "large").write_bytes(b"\1" * (30 << 20))
    with real.room(tree=tree, limits=replace(LIMITS, disk=24 << 20)) as room:
        assert room.run("head -c 18000000 /dev/zero > more; cat large more | wc -c").exit.code == 0


def test_out_of_processor_time(real: Lab) -> None:
    """``cpu_seconds`` counts what all processes used."""
    with real.room() as room:
        begun = time.monotonic()
        done = room.run("while :; do :; done", limits=replace(LIMITS, cpu_seconds=0.7, wall=20))
        assert done.exit.result == "timeout"
        assert time.monotonic() - begun < 10


def test_processors_are_shared_out(real: Lab) -> None:
    """A quarter of a processor gives about a quarter of the time."""
    with real.room() as room:
        done = room.run("timeout 2 sh -c 'while :; do :; done' || :", limits=Limits(wall=15, cpus=0.25))
        assert done.exit.result == "passed"
        assert done.exit.usage.cpu_seconds < 1.4
