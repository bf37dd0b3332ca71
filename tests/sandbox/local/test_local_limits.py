"""Limits of the local runner, each reached for real."""

from __future__ import annotations

import os
import resource
import signal
import time
from dataclasses import replace

import pytest
from tests.sandbox.contract.lab import LIMITS, Lab

from codestrata.sandbox.base import Isolation

MB = 1 << 20


def test_processor_time_is_limited(local: Lab) -> None:
    """A busy loop ends by what it used, long before the clock."""
    with local.room() as room:
        done = room.run("while :; do :; done", limits=replace(LIMITS, cpu_seconds=0.4))
        assert done.exit.result == "timeout"
        assert "processor time" in done.exit.reason
        assert 0.35 < done.exit.usage.cpu_seconds < 2


def test_a_share_of_a_processor_is_all_there_is(local: Lab) -> None:
    """Two busy loops under a fifth of a processor use about a fifth."""
    if Isolation.STRICT not in local.runner.probe().provides:
        pytest.skip("no control groups here")
    with local.room() as room:
        script = "(while :; do :; done) & while :; do :; done"
        done = room.run(script, limits=replace(LIMITS, cpus=0.2, wall=1.0))
        assert done.exit.usage.cpu_seconds < 0.4


def test_a_flood_of_output_neither_blocks_nor_fills_us(local: Lab) -> None:
    """Half a gigabyte goes through; the limit is kept, the rest is counted."""
    with local.room() as room:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        done = room.run("head -c 500M /dev/zero", limits=replace(LIMITS, output=1 * MB))
        assert (done.exit.result, len(done.output), done.exit.usage.output) == ("passed", MB, 500 * MB)
        assert done.exit.evidence["output_dropped"] == 499 * MB
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 << 10


def test_the_disk_of_a_job_is_one_for_all_its_commands(local: Lab) -> None:
    """Work tree, home and /tmp share it; deleting makes room again."""
    with local.room() as room:
        assert room.run("head -c 20M /dev/zero > a").exit.code == 0
        assert room.run("head -c 15M /dev/zero > ~/b").exit.code == 0
        done = room.run("head -c 30M /dev/zero > /tmp/c")
        assert (done.exit.result, done.exit.evidence.get("disk_full")) == ("disk", True)
        assert room.run("rm a /tmp/c").exit.code == 0
        assert room.run("head -c 10M /dev/zero > d").exit.result == "passed"


def test_names_are_limited_as_bytes_are(local: Lab) -> None:
    """Empty files in their ten thousands are a full disk, too."""
    with local.room(limits=replace(LIMITS, disk=16 * MB)) as room:
        done = room.run("mkdir many; cd many; seq 40000 | xargs touch", limits=LIMITS)
        assert done.exit.result == "disk", done.exit


def test_a_failure_that_only_speaks_of_the_disk_is_the_codes(local: Lab) -> None:
    """Words alone are no evidence."""
    with local.room() as room:
        assert room.run("echo 'No space left on device' >&2; exit 1").exit.result == "failed"


def test_a_call_that_ends_the_process_is_policy(local: Lab) -> None:
    """SIGSYS is the filter's, and nobody else's."""
    with local.room() as room:
        done = room.run("kill -SYS $$")
        assert (done.exit.result, done.exit.evidence["signal"]) == ("policy", signal.SIGSYS)


def test_a_signal_from_outside_is_told_from_ones_own(local: Lab) -> None:
    """Somebody on the host ends bubblewrap, which no command can: killed. What it can do itself is failed."""
    if Isolation.STRICT not in local.runner.probe().provides:
        pytest.skip("no control groups here, to find the processes by")
    with local.room() as room:
        handle = room.start("echo in; sleep 30")
        assert next(iter(local.runner.stream(handle))) == b"in\n"
        members = (room.room.place.folders["pids"] / "c1" / "cgroup.procs").read_text().split()
        os.kill(int(members[0]), signal.SIGKILL)
        ended = local.runner.wait(handle)
        assert (ended.result, "outside" in ended.reason) == ("killed", True), ended
        assert room.run("kill -9 $$").exit.result == "failed"


def test_the_end_of_the_keeper_is_no_fault_of_the_code(local: Lab) -> None:
    """Infra: the room is gone, says the reason."""
    with local.room() as room:
        handle = room.start("sleep 30")
        room.room.keeper._process.kill()
        ended = local.runner.wait(handle)
        assert (ended.result, "keeper" in ended.reason) == ("infra", True)


def test_a_held_pipe_does_not_hold_the_end_up(local: Lab) -> None:
    """A command passes its output on to another one through a socket; its own end is told all the same."""
    holder = (
        "import socket,os,time\ns=socket.socket(socket.AF_UNIX);s.bind('/work/s');s.listen()\n"
        "c,_=s.accept();socket.recv_fds(c,1,1);time.sleep(20)"
    )
    giver = (
        "import socket,time\n"
        "while True:\n"
        "  s=socket.socket(socket.AF_UNIX)\n"
        "  try: s.connect('/work/s'); break\n"
        "  except OSError: time.sleep(.02)\n"
        "socket.send_fds(s,[b'.'],[1])"
    )
    with local.room() as room:
        other = room.start(argv=("python3", "-c", holder))
        begun = time.monotonic()
        assert room.run(argv=("python3", "-c", giver)).exit.result == "passed"
        assert time.monotonic() - begun < 10
        local.runner.cancel(other)


def test_steps_are_quick(local: Lab) -> None:
    """A command costs a tenth of a second at most beyond its own time; measured here: a hundredth."""
    with local.room() as room:
        took = []
        for _ in range(7):
            begun = time.perf_counter()
            room.run("true")
            took.append(time.perf_counter() - begun)
        assert min(took) < 0.1
