"""Rooms of killed runs are swept by the next who runs pipelines here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.ci.fleets import World, plan, results

from codestrata.ci.places import rooms
from codestrata.sandbox.owner import me
from codestrata.workspace.fleet import FleetTerms


def test_rooms_of_the_dead_are_swept(make_repo: Callable[..., Any], tmp_path: Path) -> None:
    """A room whose owner is gone is removed before the next run; one whose owner lives stays."""
    world = World(tmp_path, make_repo)
    world.add("o/r", {"n": "1\n"})
    for name, owner in (("lost", "1:0"), ("other", me())):
        room = rooms(tmp_path / "w") / "dummy" / f"dummy-{name}"
        room.mkdir(parents=True)
        (room / "owner").write_text(owner)
    with world.open() as w:
        w.discover(world.listed)
        assert results(w.pipelines.fleet(plan("true"), FleetTerms())) == {"o/r": "passed"}
    assert [path.name for path in (rooms(tmp_path / "w") / "dummy").iterdir()] == ["dummy-other"]
