"""What makes results of a fleet due: what they depend on, all of it, and nothing else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.ci.fleets import World, plan

from codestrata.ci.plan import ArtifactPlan, ColumnPlan, JobPlan, NotifyPlan, Plan, RequirePlan, ServicePlan, StepPlan
from codestrata.ci.reads import TOLD, facts_read
from codestrata.ci.runners import chooser
from codestrata.ci.world import fingerprint, world
from codestrata.settings import load
from codestrata.workspace.fleet import FleetTerms


@pytest.fixture
def two(tmp_path: Path, make_repo: Callable[..., Any]) -> World:
    """Give two repositories, with stars on their list."""
    made = World(tmp_path, make_repo)
    made.add("o/one", {"a": "1\n"})
    made.add("o/two", {"a": "2\n"})
    return made


def star(two: World, stars: int) -> Path:
    """Write the list with so many stars for the first."""
    two.listed.write_text(f"path,name,stars\no/one.git,o/one,{stars}\no/two.git,o/two,7\n", "utf-8")
    return two.listed


STARS = ColumnPlan(name="stars", type="int", expression="repo.stars")


@pytest.mark.parametrize(("reads", "due"), [(False, 0), (True, 1)])
def test_new_stars_make_due_only_what_reads_them(two: World, *, reads: bool, due: int) -> None:
    """A plan that never names them is not run again for them; one that does is, where they are new, and sees them."""
    asked = plan("true")
    if reads:
        asked = Plan(name="starred", jobs=asked.jobs, columns=(STARS,))
    with two.open() as w:
        w.discover(star(two, 3))
        assert w.pipelines.fleet(asked, FleetTerms()).executed == 2
        w.discover(star(two, 4000))
        report = w.pipelines.fleet(asked, FleetTerms())
        assert report.executed == due
        if reads:
            assert [row.columns["stars"] for row in report.rows] == [4000, 7]


def _step(**parts: Any) -> Plan:
    return Plan(name="x", jobs=(JobPlan(id="a", job="a", steps=(StepPlan(name="s", **parts),)),))


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        (_step(run="echo repo.stars"), set()),
        (_step(run="echo ${{ repo.stars }} $${{ repo.forks }}"), {"stars"}),
        (_step(run="true", condition="repo.files > 3 and repo['license'] != ''"), {"files", "license"}),
        (_step(run="true", env={"A": "x-${{ repo.forks + 1 }}"}), {"forks"}),
        (_step(uses="tool/ruff", with_={"a": "${{ repo.bytes }}"}), {"bytes"}),
        (plan("true", require=RequirePlan(max_bytes=5)), {"bytes"}),
        (plan("true", require=RequirePlan(condition="repo.committed_at > 3")), {"committed_at"}),
        (plan("true", notifications=(NotifyPlan(kind="webhook", target="t", condition="repo.stars > 1"),)), set()),
        (
            Plan(
                name="x",
                jobs=(),
                cleanup=(
                    JobPlan(
                        id="a",
                        job="a",
                        steps=(),
                        artifacts=(ArtifactPlan(paths=("${{ repo.stars }}",)),),
                        services=(ServicePlan(name="s", command="serve ${{ repo.forks }}"),),
                    ),
                ),
            ),
            {"stars", "forks"},
        ),
    ],
)
def test_the_facts_that_a_plan_reads(asked: Plan, read: set[str]) -> None:
    """Wherever an expression may stand, what it names of ``repo`` is seen; words of a script are none."""
    assert facts_read(asked) == TOLD | read


def test_where_a_plan_cannot_be_read_all_facts_count() -> None:
    """A result may be due too often, never too seldom."""
    assert {"stars", "forks", "files"} <= facts_read(_step(run="${{ repo.stars + }}"))


def test_a_changed_toolchain_makes_results_due(two: World, tmp_path: Path) -> None:
    """A file of an advisory database that is new, other or gone; news of version control about itself are none."""
    folder = tmp_path / "advisories"
    (folder / ".git").mkdir(parents=True)
    (folder / "one.toml").write_text("1")
    with two.open(sandbox__toolchains=[str(folder)]) as w:
        w.discover(two.listed)
        due = []
        for changed, text in (("", ""), ("", ""), (".git/FETCH_HEAD", "looked"), ("two.toml", "2"), ("two.toml", "")):
            if text:
                (folder / changed).write_text(text)
            elif changed:
                (folder / changed).unlink()
            due.append(w.pipelines.fleet(plan("true"), FleetTerms()).executed)
    assert due == [2, 0, 0, 2, 0]  # with the file gone, all is as it was: those results are known


def test_a_fingerprint_tells_every_change(tmp_path: Path) -> None:
    """Names, sizes, times, permissions, targets of links: each shows; where the folder lies does not."""
    folder = tmp_path / "a"
    (folder / "d").mkdir(parents=True)
    (folder / "d" / "f").write_text("x")
    os.utime(folder / "d" / "f", ns=(5, 5))
    (folder / "l").symlink_to("d/f")
    seen = [fingerprint(folder)]
    folder.rename(tmp_path / "b")
    folder = tmp_path / "b"
    assert fingerprint(folder) == seen[0]
    for script in ("touch -d @6 d/f", "chmod 755 d/f", "mv d/f d/g", "ln -sfn d/g l", "mkdir e"):
        subprocess.run(["sh", "-ec", script], cwd=folder, check=True)
        seen.append(fingerprint(folder))
    assert len(set(seen)) == len(seen)
    assert fingerprint(tmp_path / "nothing") == fingerprint(tmp_path / "nothing, too")


def test_only_rooms_that_see_toolchains_depend_on_them(tmp_path: Path) -> None:
    """What runs in an image alone sees no folder of the host's."""
    choose = chooser(load(flags={"sandbox.runner": "dummy"}).sandbox, tmp_path)
    inside = Plan(name="x", jobs=(JobPlan(id="a", job="a", steps=(), image="busybox"),))
    assert "toolchains" not in world(inside, choose, tmp_path / "s", [str(tmp_path)])
    assert len(world(plan("true"), choose, tmp_path / "s", [str(tmp_path)])["toolchains"]) == 1
