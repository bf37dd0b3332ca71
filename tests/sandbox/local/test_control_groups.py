"""Control groups: found in what is mounted, set, read, and removed; version 2 on a tree of files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codestrata.sandbox.base import Limits
from codestrata.sandbox.local import places
from codestrata.sandbox.local.groups import FIRST, SECOND, ControlGroup, Place

LIMITS = Limits(cpus=1.5, memory=1000, processes=9)


def _host(place: Path, mounts: str, own: str) -> Path:
    proc = place / "proc"
    proc.mkdir()
    (proc / "mountinfo").write_text(mounts)
    (proc / "cgroup").write_text(own)
    return proc


def _second(folder: Path, given: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cgroup.subtree_control").write_text(given)


def test_version_2_takes_the_nearest_group_that_gives_controllers(tmp_path: Path) -> None:
    """Our own cannot give any while we are in it; the one above does."""
    root = tmp_path / "cg"
    _second(root, "memory pids cpu io")
    _second(root / "slice", "cpu memory pids")
    own = root / "slice/scope"
    own.mkdir()
    (own / "cgroup.subtree_control").mkdir()  # cannot be read or written, as where processes are
    proc = _host(tmp_path, f"1 2 0:3 / {root} rw - cgroup2 cgroup2 rw\n", "0::/slice/scope\n")
    found = places.find(root, proc)
    assert found == Place(SECOND, dict.fromkeys(("memory", "pids", "cpu"), root / "slice"))


def test_version_2_in_a_container_that_shows_a_part(tmp_path: Path) -> None:
    """The mount shows the hierarchy from a group on; our own is named from its top."""
    root = tmp_path / "cg"
    _second(root, "cpu memory pids")
    proc = _host(tmp_path, f"1 2 0:3 /docker/x {root} rw - cgroup2 cgroup2 rw\n", "0::/docker/x\n")
    found = places.find(root, proc)
    assert found
    assert set(found.folders.values()) == {root}


def test_version_1_joins_each_controller_where_this_process_is(tmp_path: Path) -> None:
    """Also where several are mounted together, and one shows a part only."""
    root = tmp_path / "cg"
    for name in ("memory/in", "cpu,cpuacct/a/b", "pids"):
        (root / name).mkdir(parents=True)
    mounts = (
        f"1 2 0:3 /box {root}/memory rw - cgroup cgroup rw,memory\n"
        f"1 2 0:4 / {root}/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
        f"1 2 0:5 / {root}/pids rw shared:1 - cgroup cgroup rw,pids\n"
    )
    found = places.find(root, _host(tmp_path, mounts, "3:memory:/box/in\n2:cpu,cpuacct:/a/b\n1:pids:/\n0::/\n"))
    assert found
    assert found.version == FIRST
    assert found.folders == {
        "memory": root / "memory/in",
        "cpu": root / "cpu,cpuacct/a/b",
        "cpuacct": root / "cpu,cpuacct/a/b",
        "pids": root / "pids",
    }
    assert found.strict


def test_nothing_that_can_be_written_is_nothing(tmp_path: Path) -> None:
    """No control groups, or none of the three that are needed."""
    assert places.find(tmp_path, _host(tmp_path, "", "")) is None
    assert places.find(tmp_path, tmp_path / "nowhere") is None


def test_version_2_is_set_and_read(tmp_path: Path) -> None:
    """Its files, in its words."""
    group = Place(SECOND, dict.fromkeys(("memory", "pids", "cpu"), tmp_path)).group("c1", LIMITS)
    at = tmp_path / "c1"
    assert {path.name: path.read_text() for path in at.iterdir()} == {
        "memory.max": "1000",
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "pids.max": "9",
        "cpu.max": "150000 100000",
    }
    (at / "cpu.stat").write_text("usage_usec 2500000\nuser_usec 1\n")
    (at / "memory.peak").write_text("777\n")
    (at / "memory.events").write_text("low 0\noom 4\noom_kill 3\n")
    (at / "pids.events").write_text("max 5\n")
    assert (group.cpu_seconds(), group.peak(), group.oom_kills(), group.refused()) == (2.5, 777, 3, 5)
    assert group.over(Limits(cpu_seconds=2)) == "cpu"
    assert group.over(Limits(cpu_seconds=3)) == ""
    assert group.doors == [at / "cgroup.procs"]
    assert group.kill()
    assert (at / "cgroup.kill").read_text() == "1"


def test_what_is_not_there_is_not_measured(tmp_path: Path) -> None:
    """Older kernels lack some files: -1, never a made-up figure."""
    for version in (FIRST, SECOND):
        group = ControlGroup(version, dict.fromkeys(("memory", "pids", "cpu"), tmp_path))
        assert (group.cpu_seconds(), group.peak(), group.oom_kills(), group.refused()) == (-1.0, -1, -1, -1)


def test_groups_of_this_host_come_and_go() -> None:
    """For real, where this process may make them."""
    place = places.usable()
    if place is None:
        pytest.skip("this process may not make control groups")
    name = f"strata-test.{os.getpid()}"
    made = place.below(name)
    group = made.group("c1", Limits(memory=64 << 20, processes=5, cpus=0.5))
    assert all(door.exists() for door in group.doors)
    made.remove()
    assert not any((folder / name).exists() for folder in place.folders.values())
