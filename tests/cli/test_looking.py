"""status, show, lineage, retry and report: looking at what a run did."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.conftest import MIT, World, code
from tests.cli.calling import Strata


@pytest.mark.claim("C5")
def test_status(world: World, make_repo: Callable, strata: Strata) -> None:
    """Discovered, then Complete or Failed with the reason; --all lists everybody; JSON has the same."""
    broken = make_repo("broken", {"a": "b"})
    head = (broken.path / "HEAD").read_text()
    (broken.path / "HEAD").write_text("ref: nonsense\n")
    world.repos["broken"] = broken
    assert strata("discover", world.list).out == "4 repositories\n"
    assert strata("status").out.split() == ["Discovered", "4"]
    assert strata("run", world.list, "-o", "ds").code == 3
    shown = strata("status").out
    assert shown.split()[:4] == ["Complete", "3", "Failed", "1"]
    assert "HEAD names 'nonsense'" in shown
    assert "alpha" not in shown
    assert "alpha" in strata("status", "--all").out
    rows = strata("status", "--json").json
    assert {r["repository"]: r["status"] for r in rows} == {
        "alpha": "Complete",
        "beta": "Complete",
        "broken": "Failed",
        "gamma": "Complete",
    }
    dead = strata("status", "--dead", "--json").json
    assert [(t["stage"], t["what"]) for t in dead] == [("ingest", "broken")]
    (broken.path / "HEAD").write_text(head)
    assert strata("retry", dead[0]["task"]).out.startswith("1 task queued again")
    assert strata("run", world.list, "-o", "ds").code == 0
    assert strata("status", "--dead").out == "no task has given up\n"
    assert strata("retry").out.startswith("nothing to retry")


def test_verb_by_verb_says_what_comes_first(world: World, strata: Strata) -> None:
    """A verb whose turn has not come says which one to call; called in order they make the dataset of ``run``."""
    for verb in ("ingest", "analyze"):
        ended = strata(verb)
        assert ended.code == 2
        assert ended.line("error:", "no workspace here", "strata run LIST")
    assert not (world.folder / "w").exists()
    strata("discover", world.list)
    assert "strata ingest first" in strata("export", "-o", "ds").line("error: nothing has been ingested yet")
    assert strata("ingest").code == 0
    assert "strata analyze first" in strata("export", "-o", "ds").line("error: nothing has been analysed yet")
    assert strata("analyze").code == 0
    stepwise = strata("export", "-o", "ds", "--json").json["dataset"]["digest"]
    whole = strata("run", world.list, "-o", "ds2", "--json", workspace="w2").json["dataset"]["digest"]
    assert stepwise == whole


def test_run_as_json(world: World, strata: Strata) -> None:
    """The report as one JSON object; an error is in it, too."""
    report = strata("run", world.list, "-o", "ds", "--json").json
    assert report["exit_code"] == 0
    assert report["dataset"]["rows"] == 3
    assert report["stages"]["ingest"] == {"done": 3, "already_done": 0, "failed": 0}
    for repo in world.repos.values():
        (repo.path / "HEAD").write_text("ref: nonsense\n")
    ended = strata("run", world.list, "-o", "ds", "--json")
    assert (ended.code, ended.json["exit_code"]) == (4, 4)
    assert sorted(ended.json["failed"]) == ["alpha", "beta", "gamma"]
    assert "none of 3 repositories" in ended.json["error"]


def test_show_and_lineage(world: World, strata: Strata) -> None:
    """By name, with figures and the chain; what is not there is told with what to do."""
    strata("run", world.list, "-o", "ds")
    shown = strata("show", "beta")
    assert "Complete" in shown.out
    assert strata("show", "beta", "--json").json["repository"]["files"] == 3
    chain = strata("lineage", "beta:lib/third.py", "--json")
    assert chain.code == 0
    assert list(chain.json) != []
    assert chain.json["output row"]["text is the blob's"] == "verified"
    assert "verified" in strata("lineage", "ds/data/train-00000-of-00001.parquet#0").out
    for name in ("nobody", "beta2"):
        assert strata("show", name).line("error:", name, "strata status --all")
    assert strata("lineage", "beta:nothing").line("error:", "no file nothing")


def test_two_lists_in_one_workspace(world: World, make_repo: Callable, strata: Strata) -> None:
    """What only the earlier list named is told so; of two that share a name the one of the last list is meant."""
    strata("run", world.list, "-o", "ds")
    make_repo("elsewhere/beta", {"LICENSE": MIT, "new.py": code(77)})
    assert strata("run", world.folder / "elsewhere" / "beta.git", "-o", "ds2").code == 0
    assert strata("lineage", "beta:new.py").code == 0
    assert "elsewhere" in strata("show", "beta").out
    ended = strata("lineage", "alpha:src/base.py")
    assert ended.code == 2
    assert ended.line("error:", "alpha has no snapshot in the last run", "when that list is run again")


def test_a_row_that_does_not_verify(world: World, strata: Strata) -> None:
    """When the dataset was changed by hand, lineage says where it differs and leaves with 3."""
    strata("run", world.list, "-o", "ds")
    manifest = world.folder / "ds" / "manifest.json"
    shard = next((world.folder / "ds" / "data").iterdir())
    text = manifest.read_text()
    start = text.index(f"data/{shard.name}")
    digest = text.index('"sha256": "', start) + len('"sha256": "')
    manifest.write_text(text[:digest] + "0" * 64 + text[digest + 64 :])
    ended = strata("lineage", "beta:lib/third.py")
    assert ended.code == 3
    assert "DOES NOT MATCH" in ended.out


@pytest.mark.claim("C20")
@pytest.mark.parametrize("by_repository", [False, True])
def test_report_equals_the_event_log(world: World, strata: Strata, by_repository: bool) -> None:
    """Attempts, seconds, bytes and counts of each stage are those of the log, added up by hand."""
    strata("run", world.list, "-o", "ds")
    flags = ["--by-repository"] if by_repository else []
    found = strata("report", "--json", *flags).json
    sums = _added_up(world.folder / "w" / "catalogue.sqlite", by_repository=by_repository)
    assert {(f["stage"], f["subject"]) for f in found["figures"]} == set(sums)
    for f in found["figures"]:
        want = sums[f["stage"], f["subject"]]
        assert (f["done"], f["failed"], f["killed"]) == (want["done"], 0, 0)
        for name in ("seconds", "cpu_seconds", "bytes"):
            assert f[name] == pytest.approx(want[name])
        assert f["counts"] == {k.removeprefix("count "): v for k, v in want.items() if k.startswith("count ")}
    assert set(found["wall"]) >= {stage for stage, _ in sums}


def _added_up(catalogue: Path, *, by_repository: bool) -> dict[tuple[str, str], dict[str, float]]:
    import json

    sums: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    database = sqlite3.connect(f"file:{catalogue}?mode=ro", uri=True)
    asked = "select stage, subject, seconds, cpu_seconds, bytes, counts_json from event where kind = 'done'"
    for stage, subject, seconds, cpu, size, counts in database.execute(asked):
        row = sums[stage, subject if by_repository else ""]
        row["done"] += 1
        row["seconds"] += seconds
        row["cpu_seconds"] += cpu
        row["bytes"] += size
        for name, value in json.loads(counts).items():
            row[f"count {name}"] += value
    database.close()
    return sums


@pytest.mark.claim("C20")
def test_report_for_people(world: World, strata: Strata) -> None:
    """A line for each stage of the last run that did anything; a run that does not exist is bad input."""
    strata("run", world.list, "-o", "ds")
    first = strata("report").out
    ingest = first.splitlines()[3].split()
    assert ingest[:4] == ["ingest", "3", "0", "0"]
    assert "files 12" in " ".join(ingest)
    strata("run", world.list, "-o", "ds")
    assert strata("report").out == first
    assert "nothing was left to do" in strata("report", "--run", "2").out
    assert strata("report", "--run", "9").line("error: no run 9", "runs are numbered 1 to 2")
