"""A full disk of the host: what fails in its rooms is not the code's doing; what passes has passed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import Lab

from codestrata.sandbox.base import Command, Job, Limits
from codestrata.sandbox.hostdisk import HostDisk, full
from codestrata.sandbox.local import LocalRunner
from codestrata.settings.sandbox import SandboxSettings

MB = 1 << 20
LIMITS = Limits(wall=30.0, disk=128 * MB)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 48 MB."""
    disk = tmp_path / "small"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=48m", "none", str(disk)]
    mounted = subprocess.run(command, check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"cannot mount a small disk here: {mounted.stderr.decode().strip()}")
    with ExitStack() as stack:
        stack.callback(subprocess.run, ["umount", str(disk)], check=True)
        yield disk


def test_what_fails_on_a_full_host_is_infra(local: Lab, small: Path) -> None:
    """A room may write more than its host has: the code cannot help it, even where it says nothing of the disk."""
    (small / "tree").mkdir()
    runner = LocalRunner(SandboxSettings(), small / "rooms")
    room = runner.prepare(Job("full", small / "tree", limits=LIMITS))
    try:
        if room.backing["kind"] == "tmpfs":
            pytest.skip("rooms lie in memory here")
        ends = []
        for script in ("exit 3", "dd if=/dev/zero of=big bs=1M count=64 2>/dev/null; sync", "exit 3", "true"):
            ended = runner.wait(runner.start(room, Command(script, limits=LIMITS)))
            ends.append((ended.result, "host_full" in ended.evidence))
    finally:
        runner.destroy(room)
    assert ends == [("failed", False), ("passed", True), ("infra", True), ("passed", True)]
    assert ended.reason == ""


def test_full_is_remembered_for_a_room(small: Path) -> None:
    """What was written while the disk was full may be lost, also when there is room again."""
    disk, ballast = HostDisk(small), small / "ballast"
    assert not disk.was_full()
    ballast.write_bytes(bytes(40 * MB))
    assert (full(small), disk.was_full()) == (True, True)
    ballast.unlink()
    assert (full(small), disk.was_full(), HostDisk(small).was_full()) == (False, True, False)
    assert not HostDisk().was_full()
    assert not full(small / "nowhere")
