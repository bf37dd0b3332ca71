"""What every engine promises: the same bytes, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from codestrata.engine.base import Partition
from codestrata.store.tasks import TaskState
from tests.engine.conftest import ENGINES, Bench, contents

Make = Callable[..., Bench]
LOCAL = [name for name in ENGINES if name.startswith("local")]
every_engine = pytest.mark.parametrize("name", ENGINES)
every_local_engine = pytest.mark.parametrize("name", LOCAL)


def trouble(do: str, i: int = 0, **spec: object) -> Partition:
    """Make a partition of the stage that misbehaves."""
    timeout = float(spec.pop("timeout", 60.0))  # type: ignore[arg-type]
    return Partition("trouble", "1", {"do": do, "i": i, **spec}, title=f"{do} {i}", timeout=timeout)


def states(bench: Bench) -> dict[str, TaskState]:
    """Give title → state of every task."""
    return {task.title: task.state for task in bench.catalogue.ledger.tasks()}


@pytest.fixture(scope="module")
def reference() -> dict[str, str]:
    """Give a place where the first engine leaves its hash for the others."""
    return {}


@every_engine
def test_same_bytes_on_every_engine(bench: Make, name: str, reference: dict[str, str]) -> None:
    """A chain of stages gives the same commits and the same files, however many hands do it."""
    work = bench(name)
    reports = work.chain()
    assert [(r.planned, r.skipped, r.done, r.failed) for r in reports] == [(6, 0, 6, 0), (6, 0, 6, 0), (1, 0, 1, 0)]
    assert contents(work.layout) == reference.setdefault("hash", contents(work.layout))
    assert not list(work.layout.scratch.glob("[0-9]*"))


@every_engine
def test_second_run_does_nothing(bench: Make, name: str) -> None:
    """What is committed is not done again; the plan of the second run finds all of it."""
    work = bench(name)
    work.chain()
    before = contents(work.layout)
    work.new_run()
    assert [(r.planned, r.skipped, r.done) for r in work.chain()] == [(6, 6, 0), (6, 6, 0), (1, 1, 0)]
    assert contents(work.layout) == before


@every_engine
def test_duplicate_partitions_are_one_task(bench: Make, name: str) -> None:
    """A plan that names the same work twice has it done once."""
    work = bench(name, "TROUBLE")
    report = work.trouble([trouble("log", 1), trouble("log", 2), trouble("log", 1)])
    assert (report.planned, report.done) == (2, 2)
    assert len((work.layout.root / "ran.log").read_text().splitlines()) == 2


@every_engine
@pytest.mark.parametrize(
    ("do", "state", "error_class", "attempts", "error"),
    [
        ("code", "failed", "code", 1, "line 3: cannot be read"),
        ("defect", "failed", "code", 1, "ZeroDivisionError: division by zero"),
        ("policy", "failed", "policy", 1, "too big"),
        ("infra", "dead", "infra", 3, "connection reset"),
        ("oserror", "dead", "infra", 3, "Input/output error"),
        ("storage", "dead", "infra", 3, "damaged table"),
    ],
)
def test_failures_by_class(
    bench: Make, name: str, do: str, state: str, error_class: str, attempts: int, error: str
) -> None:
    """Each error class is tried as often as it makes sense, ends in the right state, and the others go on."""
    work = bench(name, "TROUBLE", **{"engine.attempts": 3})
    report = work.trouble([trouble(do), *(trouble("nothing", i) for i in range(5))])
    assert (report.done, report.failed) == (5, 1)
    (letter,) = work.catalogue.ledger.dead_letters()
    assert (letter.state, letter.error_class) == (state, error_class)
    assert error in letter.error
    assert len(work.catalogue.ledger.attempts(letter.id)) == attempts


@every_engine
def test_failure_that_passes(bench: Make, name: str) -> None:
    """A failure of the infra class that goes away by itself leaves nothing but a line in the history."""
    work = bench(name, "TROUBLE")
    report = work.trouble([trouble("infra", once="flaky")])
    assert (report.done, report.failed) == (1, 0)
    (task,) = work.catalogue.ledger.tasks()
    assert [a.outcome for a in work.catalogue.ledger.attempts(task.id)] == ["failed", "done"]


@every_engine
def test_rate_limit_is_waited_for(bench: Make, name: str) -> None:
    """A task that was told to come back later comes back then, and not before."""
    work = bench(name, "TROUBLE")
    assert work.trouble([trouble("rate", once="limited")]).done == 1
    (task,) = work.catalogue.ledger.tasks()
    first, second = work.catalogue.ledger.attempts(task.id)
    assert second.started - first.finished >= 0.3
    assert task.attempts == 0


@every_engine
def test_hang_is_cut_off(bench: Make, name: str) -> None:
    """A task that does not end is cut off, tried once more with twice the time, and given up; the others finish."""
    work = bench(name, "TROUBLE")
    report = work.trouble([trouble("hang", timeout=0.3), *(trouble("nothing", i) for i in range(5))])
    assert (report.done, report.failed) == (5, 1)
    (letter,) = work.catalogue.ledger.dead_letters()
    assert (letter.state, letter.error_class, letter.error) == ("dead", "timeout", "no end after 0.6 s")
    first, second = work.catalogue.ledger.attempts(letter.id)
    assert 0.25 <= first.finished - first.started < 0.6 <= second.finished - second.started + 0.05


@every_local_engine
@pytest.mark.parametrize("do", ["die", "crash"])
def test_worker_that_dies_once(bench: Make, name: str, do: str) -> None:
    """A worker killed in the middle of a task is noticed and replaced; the task is done by another."""
    work = bench(name, "TROUBLE")
    report = work.trouble([trouble(do, once="died"), *(trouble("nothing", i) for i in range(20))])
    assert (report.done, report.failed) == (21, 0)
    (killed,) = work.catalogue.reports.events(kind="killed")
    assert ("SIGKILL" if do == "die" else "SIGABRT") in killed.detail


@every_local_engine
def test_poison_becomes_a_dead_letter(bench: Make, name: str) -> None:
    """A task that kills every worker is given up after two; all others finish."""
    work = bench(name, "TROUBLE")
    report = work.trouble([trouble("die"), *(trouble("nothing", i) for i in range(20))])
    assert (report.done, report.failed) == (20, 1)
    (letter,) = work.catalogue.ledger.dead_letters()
    assert (letter.title, letter.state, letter.error_class) == ("die 0", "dead", "poison")
    assert len(work.catalogue.ledger.attempts(letter.id)) == 2


@every_local_engine
def test_lack_of_memory_has_its_own_class(bench: Make, name: str) -> None:
    """A task that needs more memory than it may have is tried once more with twice as much, then given up as oom."""
    work = bench(name, "TROUBLE", **{"engine.memory_mb": 512})
    report = work.trouble([trouble("hog"), *(trouble("nothing", i) for i in range(5))])
    assert (report.done, report.failed) == (5, 1)
    (letter,) = work.catalogue.ledger.dead_letters()
    assert (letter.state, letter.error_class) == ("dead", "oom")
    assert len(work.catalogue.ledger.attempts(letter.id)) == 2


@every_engine
def test_determinism_check(bench: Make, name: str) -> None:
    """Committed work done once more gives the same bytes: nothing is recorded against the stages."""
    work = bench(name)
    work.chain()
    before = contents(work.layout)
    ledger = work.catalogue.ledger
    assert ledger.again(work.run_id, [task.id for task in ledger.tasks()]) == 13
    assert [report.done for report in work.chain()] == [6, 6, 1]
    assert work.catalogue.nondeterministic() == []
    assert contents(work.layout) == before


@every_engine
def test_progress_adds_up(bench: Make, name: str) -> None:
    """The progress port hears of the start with the whole weight, ends at the whole weight, and of every failure."""
    work = bench(name)
    work.chain()
    lines = [line for line in work.progress.lines if line[1] == "ingest"]
    assert lines[0] == ("started", "ingest", "rows", 6, 450)
    assert lines[-1] == ("finished", "ingest", 6, 0)
    assert lines[-2] == ("advanced", "ingest", 450.0)
    assert all(0 <= line[2] <= 450 for line in lines if line[0] == "advanced")


@every_engine
def test_figures_equal_what_was_done(bench: Make, name: str) -> None:
    """The event log holds one row per attempt with its cost, and the stage's own counts add up."""
    work = bench(name)
    work.chain()
    figures = {f.stage: f for f in work.catalogue.reports.figures(work.run_id)}
    assert {s: f.done for s, f in figures.items()} == {"ingest": 6, "analyze.squares": 6, "export.sum": 1}
    assert figures["ingest"].bytes == 450
    assert all(f.cpu_seconds > 0 and f.seconds > 0 and f.max_rss > 1 << 20 for f in figures.values())
    assert set(work.catalogue.reports.elapsed(work.run_id)) == set(figures)
