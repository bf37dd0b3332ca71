"""The owner of rooms is killed at any moment: what ends at once, and what the next sweep removes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import Lab, processes_with

_OWNER = """
import sys, time
from pathlib import Path
from codestrata.sandbox.base import Command, Job, Ready, Service
from codestrata.sandbox.local import LocalRunner
from codestrata.settings.sandbox import SandboxSettings
scratch, tree, job, mark, layer = sys.argv[1:]
runner = LocalRunner(SandboxSettings(), Path(scratch))
runner.probe()
print("probed", flush=True)
service = Service("clock", command=f"exec sleep {mark}1", ready=Ready(command="true"))
room = runner.prepare(Job(job, Path(tree), services=(service,)))
print("prepared", flush=True)
runner.start(room, Command(argv=("sh", "-c", f"(setsid sleep {mark}2 &); exec sleep {mark}3")))
time.sleep(0.1)
print("started", flush=True)
if layer:
    runner.layer(room, Path(layer))
time.sleep(60)
"""


def _gone(look: object, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while look() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.02)
    return not look()  # type: ignore[operator]


def _loops(text: str) -> list[str]:
    found = []
    for path in Path("/sys/block").glob("loop*/loop/backing_file"):
        try:
            found += [path.read_text()] if text in path.read_text() else []
        except OSError:
            continue
    return found


def _groups(text: str) -> list[str]:
    return [name for name, _, _ in os.walk("/sys/fs/cgroup") if text in name]


@pytest.mark.parametrize(("stage", "later"), [("probed", 0.03), ("prepared", 0.0), ("started", 0.0), ("started", 0.05)])
def test_nothing_is_left_of_a_killed_owner(local: Lab, stage: str, later: float) -> None:
    """Processes, mounts and loop devices go with it; folders and control groups with the next sweep."""
    job, mark = f"lost-{os.getpid()}-{time.monotonic_ns() % 10**6}", f"88{time.monotonic_ns() % 10**7}"
    layer = str(local.place / "layer") if later and stage == "started" else ""
    words = [str(local.place / "scratch"), str(local.tree({"a": "1"})), job, mark, layer]
    owner = subprocess.Popen([sys.executable, "-c", _OWNER, *words], stdout=subprocess.PIPE)
    assert owner.stdout
    with owner.stdout as stream:
        while stream.readline() != f"{stage}\n".encode():
            assert owner.poll() is None
    time.sleep(later)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert _gone(lambda: processes_with(mark))
    assert _gone(lambda: _loops(job))
    assert job not in Path("/proc/self/mountinfo").read_text()
    swept = local.runner.sweep()
    assert stage == "probed" or any(job in name for name in swept)
    assert (_groups(job), list((local.place / "scratch").iterdir())) == ([], [])
    assert local.runner.sweep() == []


def test_destroying_leaves_nothing_behind(local: Lab) -> None:
    """No loop device, control group, process or folder, however many rooms were open at once."""
    rooms = [local.runner.prepare(local.job()) for _ in range(4)]
    from codestrata.sandbox.base import Command

    handles = [local.runner.start(room, Command("sleep 30")) for room in rooms]
    for room in rooms:
        local.runner.destroy(room)
    assert {local.runner.wait(handle).result for handle in handles} == {"cancelled"}
    for room in rooms:
        assert (_loops(room.job.id), _groups(room.job.id)) == ([], [])
    assert list((local.place / "scratch").iterdir()) == []


def test_groups_outlive_neither_their_owner_nor_its_scratch(local: Lab) -> None:
    """A dead owner's empty groups go even where its folder is gone; a living owner's, and any with processes, stay."""
    from codestrata.sandbox.local import places

    place = places.usable()
    if place is None:
        pytest.skip("this process may not make control groups")
    dead = subprocess.Popen(["true"])
    dead.wait()
    names = [f"strata-sweep-{os.getpid()}.{pid}.1" for pid in (dead.pid, 2**22 + 7)]
    for name in names:
        place.below(name)
    with local.room() as room:
        local.runner.sweep()
        assert room.run("echo on").text == "on"
    assert [name for name in names if _groups(name)] == []
