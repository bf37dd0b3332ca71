"""The janitor sweeps whatever runners were used, and is stopped by none."""

from __future__ import annotations

from pathlib import Path

from codestrata.sandbox.base import Job
from codestrata.sandbox.janitor import sweep
from codestrata.sandbox.table import open_runner
from codestrata.settings.sandbox import SandboxSettings


def test_rooms_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    """A room whose owner is no process any more is removed, by name."""
    (tmp_path / "tree").mkdir()
    scratch = tmp_path / "scratch"
    dummy = open_runner("dummy", SandboxSettings(), scratch)
    dead, alive = (dummy.prepare(Job(name, tmp_path / "tree")) for name in ("dead", "alive"))
    next(scratch.rglob("dummy-dead/owner")).write_text("1:0")
    assert sweep(SandboxSettings(), scratch) == (["dummy: dead"], [])
    assert sweep(SandboxSettings(), scratch) == ([], [])
    assert [path.name for path in (scratch / "dummy").iterdir()] == ["dummy-alive"]
    dummy.destroy(dead)
    dummy.destroy(alive)


def test_an_engine_that_is_not_there_is_told_and_stops_nobody(tmp_path: Path) -> None:
    """Its folders are swept all the same, and so are the other runners'."""
    room = tmp_path / "docker" / "docker-lost"
    room.mkdir(parents=True)
    (room / "owner").write_text("1:0")
    other = tmp_path / "dummy" / "dummy-lost"
    other.mkdir(parents=True)
    (other / "owner").write_text("1:0")
    settings = SandboxSettings(docker_host=f"unix://{tmp_path}/none.sock")
    removed, problems = sweep(settings, tmp_path)
    assert removed == ["dummy: lost"]
    assert len(problems) == 1
    assert "docker" in problems[0]
    assert not room.exists()


def test_runners_that_were_never_used_are_not_asked(tmp_path: Path) -> None:
    """No cluster and no engine is spoken with for nothing."""
    assert sweep(SandboxSettings(docker_host="unix:///none.sock"), tmp_path) == ([], [])
