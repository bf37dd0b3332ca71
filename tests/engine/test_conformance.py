"""What every engine promises: the same bytes, and the same answer to everything that goes wrong.

Each engine does the chain once and the troublesome tasks once; the tests look at what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.engine.conftest import ENGINES, Bench, contents, opened, trouble

from codestrata.engine.report import StageReport
from codestrata.store.tasks import Attempt, Task

LOCAL = [name for name in ENGINES if name != "inline"]


# -- a chain of three stages -------------------------------------------------------------------------------------------


@dataclass
class Chain:
    """What the chain gave: done once, planned again in a new run, and done again on purpose."""

    bench: Bench
    first: list[StageReport]
    first_contents: str
    lines: list[tuple[object, ...]]
    second: list[StageReport]
    redone: list[StageReport]


@pytest.fixture(scope="module", params=ENGINES)
def chain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """Run the chain with one engine."""
    with opened(tmp_path_factory.mktemp("chain"), request.param) as bench:
        first = bench.chain()
        after, lines = contents(bench.layout), list(bench.progress.lines)
        bench.new_run()
        second = bench.chain()
        ledger = bench.catalogue.ledger
        bench.new_run()
        assert ledger.again(bench.run_id, [task.id for task in ledger.tasks()]) == 13
        yield Chain(bench, first, after, lines, second, bench.chain())


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the contents that the chain has when done by the simplest engine."""
    with opened(tmp_path_factory.mktemp("reference"), "inline") as bench:
        bench.chain()
        return contents(bench.layout)


def test_same_bytes_on_every_engine(chain: Chain, reference: str) -> None:
    """A chain of stages gives the same commits and the same files, however many hands do it."""
    assert [(r.planned, r.skipped, r.done, r.failed) for r in chain.first] == [(6, 0, 6, 0), (6, 0, 6, 0), (1, 0, 1, 0)]
    assert chain.first_contents == reference


def test_second_run_does_nothing(chain: Chain) -> None:
    """What is committed is not done again; the plan of the second run finds all of it."""
    assert [(r.planned, r.skipped, r.done) for r in chain.second] == [(6, 6, 0), (6, 6, 0), (1, 1, 0)]


def test_done_again_gives_the_same_bytes(chain: Chain, reference: str) -> None:
    """Committed work done once more on purpose changes nothing, and nothing is recorded against the stages."""
    assert [r.done for r in chain.redone] == [6, 6, 1]
    assert chain.bench.catalogue.nondeterministic() == []
    assert contents(chain.bench.layout) == reference


def test_scratch_is_removed(chain: Chain) -> None:
    """An attempt's scratch folder does not outlive it."""
    assert list(chain.bench.layout.scratch.glob("[0-9]*")) == []


def test_progress_adds_up(chain: Chain) -> None:
    """The progress port hears of the start with the whole weight, and ends at the whole weight."""
    lines = [line for line in chain.lines if line[1] == "ingest"]
    assert lines[0] == ("started", "ingest", "rows", 6, 450)
    assert lines[-2:] == [("advanced", "ingest", 450.0), ("finished", "ingest", 6, 0)]
    assert all(0 <= line[2] <= 450 for line in lines if line[0] == "advanced")  # type: ignore[operator]


def test_figures_equal_what_was_done(chain: Chain) -> None:
    """The event log holds one row per attempt with its cost, and the stage's own counts add up."""
    figures = {f.stage: f for f in chain.bench.catalogue.reports.figures(1)}
    assert {s: f.done for s, f in figures.items()} == {"ingest": 6, "analyze.squares": 6, "export.sum": 1}
    assert figures["ingest"].bytes == 450
    assert all(f.cpu_seconds > 0 and f.seconds > 0 and f.max_rss > 1 << 20 for f in figures.values())
    assert chain.bench.catalogue.reports.elapsed(1) == {r.stage: pytest.approx(r.seconds) for r in chain.first}


# -- everything that goes wrong ----------------------------------------------------------------------------------------

#: behaviour → the task's state at the end, its error class, the number of attempts, words of the error
GIVEN_UP = {
    "code": ("failed", "code", 1, "line 3: cannot be read"),
    "defect": ("failed", "code", 1, "ZeroDivisionError: division by zero [engine_stages.behave:"),
    "exit": ("failed", "code", 1, "SystemExit: that is no way to leave"),
    "policy": ("failed", "policy", 1, "too big"),
    "infra": ("dead", "infra", 3, "connection reset"),
    "oserror": ("dead", "infra", 3, "Input/output error"),
    "storage": ("dead", "infra", 3, "damaged table"),
    "hang": ("dead", "timeout", 2, "no end after 0.6 s"),
}
#: the same for behaviours that only an engine with workers survives
DEADLY = {
    "die": ("dead", "poison", 2, "the worker died (signal SIGKILL)"),
    "crash": ("dead", "poison", 2, "the worker died (signal SIGABRT: Fatal Python error: Aborted)"),
    "hog": ("dead", "oom", 2, "Unable to allocate 4.00 GiB"),
}
GOOD = 20


@dataclass
class Aftermath:
    """What came of the troublesome tasks: title → task, and the attempts at it (not those given back unbegun)."""

    bench: Bench
    report: StageReport
    tasks: dict[str, Task]
    attempts: dict[str, list[Attempt]]


@pytest.fixture(scope="module", params=ENGINES)
def aftermath(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Let one engine do all troublesome tasks at once, among good ones."""
    local = request.param in LOCAL
    bad = [*GIVEN_UP, *(DEADLY if local else ())]
    passing = ["infra", "rate", *(["die"] if local else [])]
    parts = [trouble(do, timeout=0.3 if do == "hang" else 60) for do in bad]
    parts += [trouble(do, 1, once=f"{do}.once") for do in passing]
    parts += [trouble("log", i) for i in range(GOOD)] * 2
    flags = {"engine.attempts": 3, "engine.memory_mb": 512}
    with opened(tmp_path_factory.mktemp("trouble"), request.param, "TROUBLE", **flags) as bench:
        report = bench.trouble(parts)
        tasks = {task.title: task for task in bench.catalogue.ledger.tasks()}
        history = {title: bench.catalogue.ledger.attempts(task.id) for title, task in tasks.items()}
        attempts = {title: [a for a in tried if a.outcome != "released"] for title, tried in history.items()}
        yield Aftermath(bench, report, tasks, attempts)


def test_others_go_on(aftermath: Aftermath) -> None:
    """Whatever goes wrong beside them, good tasks are done, each exactly once; duplicates in the plan are one task."""
    local = aftermath.bench.name in LOCAL
    bad, passing = len(GIVEN_UP) + local * len(DEADLY), 2 + local
    report = aftermath.report
    assert (report.planned, report.done, report.failed) == (bad + passing + GOOD, passing + GOOD, bad)
    ran = [line.split()[0] for line in (aftermath.bench.layout.root / "ran.log").read_text().splitlines()]
    assert sorted(ran, key=int) == [str(i) for i in range(GOOD)]
    assert {t.title for t in aftermath.bench.catalogue.ledger.dead_letters()} == {
        f"{do} 0" for do in (*GIVEN_UP, *(DEADLY if local else ()))
    }


@pytest.mark.parametrize("do", [*GIVEN_UP, *DEADLY])
def test_given_up_by_class(aftermath: Aftermath, do: str) -> None:
    """Each error class is tried as often as it makes sense, and ends in the right state with the reason."""
    if do in DEADLY and aftermath.bench.name not in LOCAL:
        assert f"{do} 0" not in aftermath.tasks, "the inline engine cannot survive this"
        return
    state, error_class, attempts, words = {**GIVEN_UP, **DEADLY}[do]
    task = aftermath.tasks[f"{do} 0"]
    assert (task.state, task.error_class, len(aftermath.attempts[task.title])) == (state, error_class, attempts)
    assert words in task.error


def test_failure_that_passes(aftermath: Aftermath) -> None:
    """A failure of the infra class that goes away by itself leaves nothing but a line in the history."""
    assert [a.outcome for a in aftermath.attempts["infra 1"]] == ["failed", "done"]


def test_rate_limit_is_waited_for(aftermath: Aftermath) -> None:
    """A task that was told to come back later comes back then, not before, and at no charge."""
    first, second = aftermath.attempts["rate 1"]
    assert second.started - first.finished >= 0.3
    assert aftermath.tasks["rate 1"].attempts == 0


def test_hang_has_twice_the_time_at_second_try(aftermath: Aftermath) -> None:
    """A task out of time is cut off, and tried once more with twice the limit."""
    first, second = (a.finished - a.started for a in aftermath.attempts["hang 0"])
    assert first >= 0.29
    assert second >= 0.59


def test_worker_that_dies_once(aftermath: Aftermath) -> None:
    """A worker killed in the middle of a task is noticed and replaced; the task is done by another."""
    killed = aftermath.bench.catalogue.reports.events(kind="killed")
    if aftermath.bench.name not in LOCAL:
        assert killed == []
        return
    first, second = aftermath.attempts["die 1"]
    assert (first.outcome, second.outcome) == ("failed", "done")
    assert first.worker != second.worker
    assert len(killed) == 5


def test_every_attempt_is_an_event(aftermath: Aftermath) -> None:
    """The event log and the history of attempts tell the same story."""
    attempts = [a for tried in aftermath.attempts.values() for a in tried]
    assert {a.outcome for a in attempts} == {"done", "failed"}
    (figures,) = aftermath.bench.catalogue.reports.figures(aftermath.bench.run_id)
    assert figures.done + figures.failed + figures.killed == len(attempts)


def test_progress_hears_of_every_failure(aftermath: Aftermath) -> None:
    """Each failed attempt is told, with whether it will be tried again."""
    told = [line for line in aftermath.bench.progress.lines if line[0] == "failed"]
    failed = [a for tried in aftermath.attempts.values() for a in tried if a.outcome == "failed"]
    assert len(told) == len(failed)
    assert sum(not line[4] for line in told) == aftermath.report.failed
