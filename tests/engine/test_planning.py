"""Plans: made where the libraries are, remembered while nothing changes, and never taken for another's."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.engine.conftest import Bench, contents, opened
from tests.engine.processes import alive, descendants, until

from codestrata.engine import memo
from codestrata.engine.base import Entry
from codestrata.engine.local import LocalEngine
from codestrata.engine.report import StageReport
from codestrata.engine.stages import load_stages
from codestrata.errors import InvalidInput, RateLimitExceeded, StrataError
from codestrata.model import Origin, OriginKind, Repository
from codestrata.pipeline import STAGES, TABLE

ENGINES = ("inline", "local2")
Again = Callable[..., "Planned"]


class Planned:
    """A bench over the table of entries, with a repository selected."""

    def __init__(self, bench: Bench, declared: str = "") -> None:
        self.bench = bench
        self.root = bench.layout.root
        self.select(declared)

    def select(self, declared: str = "") -> None:
        """Select the one repository for the run."""
        row = Repository.at(Origin(OriginKind.GIT, "https://example.org/a/b"), "a/b", row={"declared": declared})
        self.bench.catalogue.put_repositories([row])
        self.bench.catalogue.select(self.bench.run_id, [row.id])

    def run(self, *, new: bool = False, declared: str = "") -> list[StageReport]:
        """Run the three stages, in a new run if told so."""
        if new:
            self.bench.new_run()
            self.select(declared)
        table = tuple(load_stages("planned_stages:TABLE")._listed.values())
        return [self.bench.engine.run(self.bench.run_id, stage, progress=self.bench.progress) for stage in table]

    def plans(self) -> list[str]:
        """List the stages that were planned since last asked."""
        log = self.root / "plans.log"
        names = [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []
        log.unlink(missing_ok=True)
        return names

    def rows(self, run: int) -> list[tuple[object, ...]]:
        """List what a run planned, less its number."""
        asked = "select stage, position, key, subject from planned where run_id = :run order by stage, position"
        return [tuple(row) for row in self.bench.catalogue.database.run(asked, run=run)]


@pytest.fixture
def again(tmp_path: Path) -> Iterator[Again]:
    """Give a way to open the same workspace, over and over, with other settings."""
    with ExitStack() as stack:

        def open_(name: str, **flags: object) -> Planned:
            stack.close()
            bench = stack.enter_context(opened(tmp_path, name, "TABLE", module="planned_stages", folder="w", **flags))
            return Planned(bench)

        yield open_


BOTH = ["analyze.squares", "export.sum"]


@pytest.mark.parametrize("name", ENGINES)
def test_a_plan_is_made_once(again: Again, name: str) -> None:
    """A second run finds the plans of the first: the same rows, all of it done, no plan made, no process begun."""
    first = again(name)
    done = first.run()
    assert [(r.planned, r.skipped, r.done) for r in done] == [(4, 0, 4), (4, 0, 4), (1, 0, 1)]
    assert first.plans() == BOTH
    before = contents(first.bench.layout)
    second = again(name)
    reports = second.run()
    assert [(r.planned, r.skipped, r.done, r.failed) for r in reports] == [(4, 4, 0, 0), (4, 4, 0, 0), (1, 1, 0, 0)]
    assert second.plans() == []
    assert second.rows(2) == second.rows(1)
    assert len(second.rows(2)) == 9
    assert contents(second.bench.layout) == before
    engine = second.bench.engine
    assert not isinstance(engine, LocalEngine) or engine._opened is None
    third = second.run(new=True)
    assert [r.skipped for r in third] == [4, 4, 1]
    assert second.plans() == []


@pytest.mark.parametrize("name", ENGINES)
def test_plans_are_made_by_who_does_the_work(again: Again, name: str) -> None:
    """With workers, one of them plans; the supervisor has none of the stages' libraries."""
    work = again(name)
    work.run()
    planners = {int(line.split()[1]) for line in (work.root / "plans.log").read_text().splitlines()}
    assert (os.getpid() in planners) is (name == "inline")
    assert len(planners) == 1


def test_same_plan_with_another_engine(again: Again) -> None:
    """How many hands there are, and how they are treated, says nothing about what there is to do."""
    again("inline").run()
    other = again("local4", **{"engine.attempts": 2})
    other.plans()
    other.run()
    assert other.plans() == []


def _setting(work: Again) -> Planned:
    return work("inline", **{"export.dedup.threshold": 0.5})


def _row(work: Again) -> Planned:
    found = work("inline")
    found.select("MIT")
    return found


def _opt_out(work: Again) -> Planned:
    found = work("inline", **{"export.opt_out_file": str(Path.cwd() / "opt-out.txt")})
    Path("opt-out.txt").write_text("c/*\n")
    return found


def _upstream(work: Again) -> Planned:
    found = work("inline")
    (found.root / "parts").write_text("5")
    return found


def _missing(work: Again) -> Planned:
    found = work("inline")
    for path in (found.root / "tables" / "squares").iterdir():
        path.rename(path.with_suffix(".gone"))
    return found


@pytest.mark.parametrize(
    ("change", "planned"),
    [(_setting, BOTH), (_row, BOTH), (_opt_out, BOTH), (_upstream, BOTH), (_missing, ["analyze.squares"])],
)
def test_what_makes_a_plan_another(
    again: Again,
    change: Callable[[Again], Planned],
    planned: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A setting, a row, a named file's content, what came of the stage before, a table that is gone: planned anew."""
    monkeypatch.chdir(tmp_path)
    Path("opt-out.txt").write_text("a/*\n")
    first = again("inline", **({"export.opt_out_file": str(tmp_path / "opt-out.txt")} if change is _opt_out else {}))
    first.run()
    assert first.plans() == BOTH
    changed = change(again)
    changed.run()
    assert changed.plans() == planned


def test_rules_in_a_folder_make_a_plan_another(again: Again, tmp_path: Path) -> None:
    """A folder of rules counts by what its files say, wherever they lie in it; other files there do not count."""
    folder = tmp_path / "rules" / "deep"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("id: a\n")
    work = again("inline", **{"analyze.rules": str(tmp_path / "rules")})
    work.run()
    work.plans()
    (folder / "notes.txt").write_text("none\n")
    work.run(new=True)
    assert work.plans() == []
    (folder / "a.yaml").write_text("id: b\n")
    work.run(new=True)
    assert work.plans() == BOTH


def test_other_code_plans_anew(again: Again, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan made by other code, of whatever version it says it is, is not taken over."""
    work = again("inline")
    work.run()
    monkeypatch.setattr(memo, "code_stamp", lambda _: "other")
    work.plans()
    work.run(new=True)
    assert work.plans() == BOTH


def test_a_plan_that_is_not_done_is_not_remembered(again: Again) -> None:
    """What failed is planned, and tried, as often as it was before plans were remembered."""
    work = again("inline", **{"engine.attempts": 1})
    (work.root / "fail").touch()
    assert [r.failed for r in work.run()] == [0, 4, 0]
    work.plans()
    assert [r.failed for r in work.run(new=True)] == [0, 4, 0]
    assert work.plans() == ["analyze.squares"]
    (work.root / "fail").unlink()
    reports = work.run(new=True)
    assert [(r.done, r.failed) for r in reports] == [(0, 0), (4, 0), (1, 0)]
    assert work.plans() == BOTH
    work.run(new=True)
    assert work.plans() == []


def test_done_once_more_on_purpose(again: Again) -> None:
    """Committed work that is to be done again is planned again, so that it is."""
    work = again("inline")
    work.run()
    work.bench.new_run()
    work.select()
    ledger = work.bench.catalogue.ledger
    ledger.again(work.bench.run_id, [task.id for task in ledger.tasks(stage="analyze.squares")])
    assert [r.done for r in work.run()] == [0, 4, 0]


def test_planned_twice_in_one_run(again: Again) -> None:
    """A plan that takes another's place in the same run takes it in memory, too: neither is found for the other."""
    work = again("inline")
    work.run()
    (work.root / "parts").write_text("2")
    assert [r.planned for r in work.run()] == [2, 2, 1]
    (work.root / "parts").unlink()
    assert [r.planned for r in work.run(new=True)] == [4, 4, 1]
    assert [r.planned for r in work.run()] == [4, 4, 1]
    (work.root / "parts").write_text("2")
    assert [(r.planned, r.skipped) for r in work.run(new=True)] == [(2, 2), (2, 2), (1, 1)]
    assert len(work.rows(1)) == 5


# -- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENGINES)
def test_an_error_of_a_plan_comes_out_as_it_is(again: Again, name: str) -> None:
    """Ours keep place, hint and exit code, the system's its number and file, a defect its name; then all goes on."""
    work = again(name)
    for do, kind, said in (
        ("input", InvalidInput, "line 3: cannot be read (mend it)"),
        ("limit", RateLimitExceeded, "slow down"),
        ("system", PermissionError, "[Errno 13] Permission denied: '/there'"),
        ("defect", Exception, "'x'"),
    ):
        (work.root / "analyze.squares.do").write_text(do)
        with pytest.raises(kind) as caught:
            work.run()
        assert str(caught.value) == said
    assert type(caught.value).__name__ == "KeyError"
    assert [(r.planned, r.done) for r in work.run()] == [(4, 0), (4, 4), (1, 1)]


def test_a_plan_that_kills_its_worker(again: Again) -> None:
    """A worker that dies once of a plan is replaced; a second time, the run ends with the reason."""
    work = again("local2")
    (work.root / "analyze.squares.do").write_text("die")
    assert [r.done for r in work.run()] == [4, 4, 1]
    assert work.plans() == ["analyze.squares", *BOTH]
    (work.root / "parts").write_text("5")
    (work.root / "analyze.squares.do").write_text("always die")
    with pytest.raises(StrataError, match=r"analyze\.squares: the worker died \(signal SIGKILL"):
        work.run(new=True)
    (work.root / "analyze.squares.do").unlink()
    assert [r.done for r in work.run(new=True)] == [0, 1, 1]


_DRIVE = """
import sys
from pathlib import Path
from planned_stages import TABLE
from codestrata.engine import open_engine
from codestrata.settings import load
from codestrata.store.holding import hold
from codestrata.store.layout import Layout
layout, settings = Layout(Path(sys.argv[1])), load(flags={"engine.workers": 1})
with hold(layout) as catalogue:
    run = catalogue.start_run("driven", {})
    with open_engine(catalogue, layout, settings, stages="planned_stages:TABLE") as engine:
        try:
            for stage in TABLE:
                engine.run(run, stage)
        except KeyboardInterrupt:
            sys.exit(130)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_in_the_middle_of_a_plan(tmp_path: Path, number: signal.Signals) -> None:
    """A plan is cut short in an orderly way (what it opened is closed), nobody is left, and all goes on later."""
    root, here = tmp_path / "w", str(Path(__file__).parent)
    root.mkdir()
    (root / "analyze.squares.do").write_text("sleep")
    command = [sys.executable, "-c", _DRIVE, str(root)]
    environment = {**os.environ, "PYTHONPATH": here}
    process = subprocess.Popen(command, start_new_session=True, env=environment)
    assert until((root / "asleep").exists)
    tree = descendants(process.pid)
    assert len(tree) == 3
    process.send_signal(number)
    assert process.wait(30) == 130
    assert (root / "tidied").exists()
    assert until(lambda: not any(map(alive, tree)))
    assert subprocess.run(command, env=environment, check=True).returncode == 0


# -- calls -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENGINES)
def test_a_call(again: Again, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function is called where the work is done, with the run's view, in the caller's folder of now."""
    work = again(name)
    work.run()
    monkeypatch.chdir(tmp_path)
    told: list[float] = []
    answer = work.bench.engine.call(work.bench.run_id, "planned_stages:called", {"word": "ä", "n": [1]}, told.append)
    assert (answer["pid"] == os.getpid()) is (name == "inline")
    assert (answer["word"], answer["n"], answer["run"], answer["folder"]) == ("ä", [1], 4, str(tmp_path))
    assert told == [0.5]
    (work.root / "call.do").write_text("input")
    with pytest.raises(InvalidInput, match="line 3"):
        work.bench.engine.call(work.bench.run_id, "planned_stages:called", {})


# -- the real table ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", STAGES, ids=lambda entry: entry.name)
def test_an_entry_says_what_its_stage_says(entry: Entry) -> None:
    """Name, verb and unit stand in the table and in the stage; an entry that plans for itself plans the same."""
    stage = load_stages(TABLE)[entry.name]
    assert (stage.name, stage.verb, stage.unit) == (entry.name, entry.verb, entry.unit)
    door = importlib.import_module(f"codestrata.{entry.verb}.stage")
    assert type(stage) in {type(one) for one in door.STAGES}
