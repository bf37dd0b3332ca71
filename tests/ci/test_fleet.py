"""Fleets: one pipeline over many repositories, on the dummy runner; nothing is run twice, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.ci.fleets import World, plan, results

from codestrata.ci.plan import RequirePlan
from codestrata.errors import NothingDone
from codestrata.workspace.fleet import FleetTerms

PASS, FAIL = {"a.py": "1\n", "pass": "y"}, {"a.py": "2\n"}
CHECK = "test -e pass"


@pytest.fixture
def world(tmp_path: Path, make_repo: Callable[..., Any]) -> World:
    """Give three repositories, of which one passes :data:`CHECK`."""
    made = World(tmp_path, make_repo)
    for name, files in (("o/one", PASS), ("o/two", FAIL), ("p/three", {"b.go": "package b\n"})):
        made.add(name, files)
    return made


def test_every_repository_has_its_result_and_none_is_run_twice(world: World) -> None:
    """What fails is a result like another; the second run executes nothing, in no stage."""
    with world.open() as w:
        w.discover(world.listed)
        first = w.pipelines.fleet(plan(CHECK), FleetTerms())
        assert results(first) == {"o/one": "passed", "o/two": "failed", "p/three": "failed"}
        assert {row.repository: row.columns["good"] for row in first.rows}["o/one"] is True
        assert (first.executed, first.exit_code) == (3, 0)
        second = w.pipelines.fleet(plan(CHECK), FleetTerms())
        assert results(second) == results(first)
        assert (second.executed, [row.known for row in second.rows]) == (0, [True] * 3)
        with w.reader() as catalogue:
            assert not catalogue.reports.events(second.run, kind="done")


def test_what_a_result_depends_on_makes_it_due(world: World) -> None:
    """A commit makes its repository due, another plan or another limit all; a name or an order of settings none."""
    with world.open() as w:
        w.discover(world.listed)
        w.pipelines.fleet(plan(CHECK), FleetTerms())
        assert w.pipelines.fleet(plan(CHECK, name="other"), FleetTerms()).executed == 0
        world.repositories["o/two"].commit({"pass": "y"})
        third = w.pipelines.fleet(plan(CHECK), FleetTerms())
        assert (third.executed, results(third)["o/two"]) == (1, "passed")
        assert w.pipelines.fleet(plan(CHECK, "true"), FleetTerms()).executed == 3
        assert w.pipelines.fleet(plan(CHECK), FleetTerms(again="now")).executed == 3
    with world.open(sandbox__memory_mb=64) as w:
        assert w.pipelines.fleet(plan(CHECK), FleetTerms()).executed == 3


def test_what_breaks_from_outside_is_tried_again_not_remembered(world: World) -> None:
    """An infra failure is no result: it is tried again now, and is due in the next fleet."""
    broken = plan("result infra the engine is gone")
    with world.open(engine__attempts=2) as w:
        w.discover(world.listed)
        report = w.pipelines.fleet(broken, FleetTerms(max_fail_rate=1.0))
        assert results(report) == dict.fromkeys(world.repositories, "infra")
        assert "the engine is gone" in report.rows[0].reason
        assert [(one["id"], one["result"]) for one in report.rows[0].jobs] == [("main", "infra")]
        assert report.rows[0].commit
        assert report.exit_code == 3
        with w.reader() as catalogue:
            assert len(catalogue.reports.events(report.run, kind="failed")) == 6
        assert w.pipelines.fleet(broken, FleetTerms(select="full_name = 'o/one'", max_fail_rate=1.0)).exit_code == 3


def test_the_breaker_stops_a_fleet_that_breaks(world: World) -> None:
    """From five runs on, a larger share of broken ones than allowed begins no other; the rest is due afterwards."""
    for i in range(9):
        world.add(f"q/r{i}", FAIL)
    with world.open(engine__attempts=1) as w:
        w.discover(world.listed)
        report = w.pipelines.fleet(plan("result infra away"), FleetTerms(max_fail_rate=0.2))
        count = results(report)
        assert sorted(count.values()).count("infra") == 5
        assert sorted(count.values()).count("not run") == 7
        assert report.stopped == "5 of 5 runs broke by no fault of the code: 7 left"
        assert report.exit_code == 3
        again = w.pipelines.fleet(plan(CHECK), FleetTerms(max_fail_rate=0.2))
        assert (again.executed, again.exit_code) == (12, 0)


def test_a_spent_budget_begins_no_other(world: World) -> None:
    """What runs is finished, the rest stays due, and the same call goes on."""
    with world.open() as w:
        w.discover(world.listed)
        report = w.pipelines.fleet(plan("sleep 0.2"), FleetTerms(budget=0.05))
        assert sorted(results(report).values()) == ["not run", "not run", "passed"]
        assert report.stopped == "the budget of 0.05 s is spent: 2 left"
        rest = w.pipelines.fleet(plan("sleep 0.2"), FleetTerms())
        assert (rest.executed, set(results(rest).values())) == (2, {"passed"})


def test_one_repository_that_cannot_be_had_does_not_end_the_others(world: World) -> None:
    """It has its row, with the stage and the reason."""
    with world.open() as w:
        w.discover(world.listed)
        (world.folder / "o" / "two.git" / "HEAD").unlink()
        report = w.pipelines.fleet(plan(CHECK), FleetTerms())
        assert results(report)["o/one"] == "passed"
        row = next(row for row in report.rows if row.repository == "o/two")
        assert row.result != "failed"
        assert row.reason.startswith("ingest: ")


def test_a_sample_tells_how_long_all_would_take(world: World) -> None:
    """The estimate is the mean of what ran now over all that were chosen."""
    with world.open() as w:
        w.discover(world.listed)
        report = w.pipelines.fleet(plan("sleep 0.1"), FleetTerms(sample=2))
        assert (len(report.rows), report.chosen) == (2, 3)
        seconds, spread = report.estimate() or (0.0, -1.0)
        assert 0.3 / report.parallel <= seconds < 3
        assert spread >= 0
        assert w.pipelines.fleet(plan("sleep 0.1"), FleetTerms(sample=2)).executed == 0


def test_a_fleet_is_aside(world: World) -> None:
    """Neither a fleet over some repositories nor a run on another one changes what the workspace is about."""
    other = world.make_repo("elsewhere", PASS)
    with world.open() as w:
        w.run(world.listed, world.folder / "out")
        before = [(s.full_name, s.status) for s in w.status()]
        w.pipelines.fleet(plan(CHECK), FleetTerms(select="owner = 'p'"))
        assert results(w.pipelines.run(plan(CHECK), str(other.path))) == {"elsewhere": "passed"}
        assert [(s.full_name, s.status) for s in w.status()] == before
        assert w.export(world.folder / "out").files == 4


def test_a_commit_can_be_named(world: World) -> None:
    """NAME@COMMIT runs on that commit, and the repository stays where it was for everybody else."""
    repo = world.repositories["o/one"]
    old = repo.commits[-1]
    repo.commit({"pass": None})
    with world.open() as w:
        w.discover(world.listed)
        assert results(w.pipelines.run(plan(CHECK), "o/one")) == {"o/one": "failed"}
        pinned = w.pipelines.run(plan(CHECK), f"o/one@{old}")
        assert (results(pinned), pinned.rows[0].commit) == ({"o/one": "passed"}, old)
        assert results(w.pipelines.run(plan(CHECK), "o/one")) == {"o/one": "failed"}


def test_nothing_chosen_is_an_error(world: World) -> None:
    """A condition that nobody meets says so."""
    with world.open() as w:
        w.discover(world.listed)
        with pytest.raises(NothingDone, match="no repository was chosen"):
            w.pipelines.fleet(plan(CHECK), FleetTerms(select="stars > 7"))


def test_languages_that_are_required(world: World) -> None:
    """They come from the list, else from analysis; a repository of which neither is known is not turned away."""
    wanted = plan("true", require=RequirePlan(languages=("Go",)))
    with world.open() as w:
        w.discover(world.listed)
        assert set(results(w.pipelines.fleet(wanted, FleetTerms())).values()) == {"passed"}
        w.run(world.listed)
        found = results(w.pipelines.fleet(wanted, FleetTerms()))
        assert found == {"o/one": "skipped", "o/two": "skipped", "p/three": "passed"}


def test_a_proposal_is_aside(world: World) -> None:
    """Proposing a pipeline for another repository changes nothing of what the workspace is about."""
    other = world.make_repo("crate", {"Cargo.toml": '[package]\nname = "x"\nversion = "0.1.0"\n', "src/lib.rs": ""})
    with world.open() as w:
        w.discover(world.listed)
        assert w.pipelines.derive(str(other.path))
        assert sorted(s.full_name for s in w.status()) == ["o/one", "o/two", "p/three"]
        (world.folder / "crate.git" / "HEAD").unlink()
        with pytest.raises(NothingDone, match="crate"):
            w.pipelines.derive(str(other.path))
