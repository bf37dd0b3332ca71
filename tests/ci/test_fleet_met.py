"""What a fleet meets and leaves: facts of repositories, programs behind tools, the last results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.ci.fleets import World, plan, results

from codestrata.ci.expressions.scopes import REPOSITORY
from codestrata.ci.fleet import facts
from codestrata.ci.plan import ColumnPlan, JobPlan, Plan, RequirePlan, StepPlan
from codestrata.ci.world import programs
from codestrata.workspace.fleet import FleetTerms


@pytest.fixture
def world(tmp_path: Path, make_repo: Callable[..., Any]) -> World:
    """Give two repositories."""
    made = World(tmp_path, make_repo)
    made.add("o/one", {"a": "1\n"})
    made.add("o/two", {"a": "22\n"})
    return made


def test_a_run_knows_every_part_of_repo(world: World) -> None:
    """What expressions may name of ``repo`` is what a fleet gives: none is absent because it has another name there."""
    with world.open() as w:
        w.discover(world.listed)
        w.ingest()
        catalogue, _ = w.hold()
        view = w.view(catalogue)
        (one, _), (taken, _) = list(view.repositories()), list(view.snapshots())
        given = facts(one, taken)
    assert given.keys() == REPOSITORY.keys() | {"id"}
    assert given["bytes"] in {2, 3}
    assert given["committed_at"] > 0


def test_a_repository_that_is_too_large_is_skipped(world: World) -> None:
    """``require: {max_size: …}`` holds in a fleet, and columns see the size."""
    size = ColumnPlan(name="size", type="int", expression="repo.bytes")
    small = plan("true", require=RequirePlan(max_bytes=2))
    sized = Plan(name="sized", jobs=small.jobs, columns=(size,))
    with world.open() as w:
        w.discover(world.listed)
        report = w.pipelines.fleet(small, FleetTerms())
        assert results(report) == {"o/one": "passed", "o/two": "skipped"}
        assert "3 bytes, at most 2" in report.rows[1].reason
        told = w.pipelines.fleet(sized, FleetTerms())
        assert [row.columns["size"] for row in told.rows] == [2, 3]


def test_the_programs_behind_a_tool_are_met() -> None:
    """A result by ``uses`` depends on the tool's own version, on those it calls, and on what we have it do."""
    found = programs(JobPlan(id="a", job="a", steps=(StepPlan(name="s", uses="tool/clippy@0.1"),)))
    assert {"tool/clippy", "cargo", "rustc"} <= found.keys()
    assert found["tool/clippy"].name == "cargo-clippy"
    assert found["tool/clippy"].does
    audit = programs(JobPlan(id="a", job="a", steps=(StepPlan(name="s", uses="tool/audit"),)))
    assert audit["tool/audit"].probe == "cargo audit --version"


def test_the_results_asked_for_last_count(world: World) -> None:
    """Results that were known already are as new as the run that asked for them again."""
    once, other = plan("true"), plan("true", "true")
    with world.open() as w:
        w.discover(world.listed)
        w.pipelines.fleet(once, FleetTerms())
        w.pipelines.run(other, "o/one")
        assert w.pipelines.results().pipeline == other.hash
        assert w.pipelines.fleet(once, FleetTerms()).executed == 0
        assert w.pipelines.results().pipeline == once.hash
        assert len(w.pipelines.results("try").rows) == 2
