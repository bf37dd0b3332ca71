"""When runners refuse or break: refused is never run weaker, and nothing else is laid to the code's charge."""

from __future__ import annotations

import threading
import time

import pytest
from tests.ci.execute.acting import Stage, ends, job, plan, step, steps, the

from codestrata.ci.execute import execute
from codestrata.ci.plan import ArtifactPlan, CachePlan, RetryPlan
from codestrata.errors import InvalidInput, SecurityViolation, StorageError, StrataError
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Exit


class Wrapped:
    """A runner that does as its inner one, but for what a test puts in its place."""

    name = "dummy"

    def __init__(self, inner, **instead) -> None:
        self.inner = inner
        self.instead = instead

    def __getattr__(self, name: str):
        """Give what stands in its place, else the inner runner's."""
        instead = self.__dict__["instead"].get(name)
        return instead or getattr(self.__dict__["inner"], name)


def raising(error: Exception):
    """Give a function that raises."""

    def work(*_):
        raise error

    return work


def test_what_is_refused_does_not_run(stage: Stage) -> None:
    """Neither by the choice of runners nor by the runner; jobs that need it are skipped."""
    asked = []

    def choose(name: str, isolation):
        asked.append((name, isolation and str(isolation)))
        if name == "strong":
            raise SecurityViolation("no runner here gives gvisor")
        return stage.runner

    results = stage.run(
        plan(
            job("a", "true", runner="strong", isolation="gvisor", retry=RetryPlan(max=3, on=("refused", "infra"))),
            job("b", "true", isolation="gvisor"),
            job("c", "true", needs=("a",)),
            job("d", "true", isolation="odd"),
        ),
        runner=choose,
        parallel=1,
    )
    assert ends(results) == {"a": "refused", "b": "refused", "c": "skipped", "d": "failed"}
    assert the(results, "a").reason == "no runner here gives gvisor"
    assert results.steps == []
    assert asked == [("strong", "gvisor"), ("", "gvisor")]


@pytest.mark.parametrize("error", [StorageError("the engine is gone"), OSError("the engine is gone"), KeyError("gone")])
@pytest.mark.parametrize("call", ["prepare", "start", "stream", "wait"])
def test_a_runner_that_breaks_is_infra(stage: Stage, call: str, error: Exception) -> None:
    """With its message, whatever it raises and when; it is tried again as infra is."""
    runner = Wrapped(stage.runner, **{call: raising(error)})
    policy = RetryPlan(max=1, backoff=0.01)
    results = stage.run(
        plan(job("a", "sleep 0.01", retry=policy), job("b", "true", needs=("a",))), runner=lambda *_: runner
    )
    assert ends(results) == {"a": "infra", "b": "skipped"}
    assert the(results, "a").attempts == 2
    assert "gone" in the(results, "a").reason


def test_a_runner_that_dies_in_the_middle_is_infra(stage: Stage) -> None:
    """Half of the output was read; it is kept, and the job is tried again in a new room."""
    died = []

    def wait(handle):
        if not died:
            died.append(1)
            raise StrataError("the runner's process is gone")
        return stage.runner.wait(handle)

    runner = Wrapped(stage.runner, wait=wait)
    one = job("a", step("echo half", retry=None), retry=RetryPlan(max=1, backoff=0.01))
    results = stage.run(plan(one), runner=lambda *_: runner)
    assert [(str(one.result), one.log) for one in steps(results, "a")] == [("infra", b"half\n"), ("passed", b"half\n")]
    assert ends(results) == {"a": "passed"}


def test_a_killed_step_is_killed(stage: Stage) -> None:
    """A signal from outside is told apart from the code's own."""
    runner = Wrapped(
        stage.runner, wait=lambda handle: Exit(137, ResultClass.KILLED, "killed from outside", {"signal": 9})
    )
    results = stage.run(plan(job("a", "true")), runner=lambda *_: runner)
    (only,) = steps(results, "a")
    assert (only.result, only.code, only.evidence) == ("killed", 137, {"signal": 9})


@pytest.mark.parametrize("call", ["pack", "unpack"])
def test_taking_things_out_never_decides_the_result(stage: Stage, call: str) -> None:
    """A broken pack is a problem; a broken unpack of the runner's making is infra, since nobody knows what is there."""
    full = job("a", "write dep/x 1", cache=(CachePlan(key="k", paths=("dep",)),),
               artifacts=(ArtifactPlan(name="n", paths=("dep",)),))  # fmt: skip
    assert ends(stage.run(plan(full))) == {"a": "passed"}
    runner = Wrapped(stage.runner, **{call: raising(StorageError("no room"))})
    results = stage.run(plan(full), runner=lambda *_: runner)
    assert ends(results) == {"a": "passed" if call == "pack" else "infra"}
    if call == "pack":
        assert results.problems == ["job a: artifact n: no room"]
    else:
        assert stage.run(plan(full)).problems == []


def test_rooms_go_even_when_the_work_breaks(stage: Stage, monkeypatch) -> None:
    """A mistake of ours in the middle is infra, and leaves no room."""
    monkeypatch.setattr("codestrata.ci.execute.steps.run_command", raising(ZeroDivisionError("ours")))
    results = stage.run(plan(job("a", "true")))
    assert ends(results) == {"a": "infra"}
    monkeypatch.setattr("codestrata.ci.execute.attempt.Steps.work", raising(ZeroDivisionError("ours")))
    assert "ZeroDivisionError: ours" in the(stage.run(plan(job("a", "true"))), "a").reason


def test_a_listener_that_fails_changes_nothing(stage: Stage) -> None:
    """It hears no more, and a problem says so."""
    heard = []

    def tell(event) -> None:
        heard.append(event)
        raise ValueError("full")

    results = execute(plan(job("a", "true")), stage.scene, tell)
    assert ends(results) == {"a": "passed"}
    assert len(heard) == 1
    assert results.problems == ["the live log ended early: ValueError: full"]


def test_a_circle_and_an_unknown_need_do_not_wait_for_ever(stage: Stage) -> None:
    """A plan that no compiler made ends, too."""
    begun = time.monotonic()
    results = stage.run(
        plan(
            job("a", "true", needs=("b",)),
            job("b", "true", needs=("a",)),
            job("c", "true", needs=("x",)),
            job("d", "true"),
        )
    )
    assert time.monotonic() - begun < 3
    assert ends(results) == {"a": "failed", "b": "failed", "c": "failed", "d": "passed"}


def test_a_prefix_that_is_no_part_of_an_id_is_refused(stage: Stage) -> None:
    """Before anything runs."""
    with pytest.raises(InvalidInput):
        execute(plan(job("a", "true")), stage.scene.__class__(**{**fields(stage), "prefix": "a/b"}))


def fields(stage: Stage) -> dict:
    """Give a scene's fields."""
    return {name: getattr(stage.scene, name) for name in stage.scene.__dataclass_fields__}


def test_output_floods_are_cut_for_listeners_and_records(stage: Stage) -> None:
    """The record keeps what the limits say, the live log half a megabyte of it, in pieces."""
    from codestrata.ci.plan import LimitsPlan

    (stage.scene.tree / "big").write_bytes(b"\xff" + b"x" * 1_200_000)
    results = stage.run(plan(job("a", "cat big\ncat big", limits=LimitsPlan(output=1 << 20))), paths=["big"])
    (only,) = steps(results, "a")
    assert len(only.log) <= 1 << 20
    assert only.output == 2_400_002
    told = [one["text"] for one in stage.seen("output")]
    assert sum(map(len, told)) <= (512 << 10) + 8192
    assert max(map(len, told)) <= 8192
    assert told[0][0] == "\ufffd"


def test_two_runs_at_once_do_not_meet(stage: Stage) -> None:
    """Two executions share runner, cache and artifacts."""
    ended = []
    one = plan(
        job("a", "write dep/x 1", cache=(CachePlan(key="k", paths=("dep",)),)), job("b", "cat dep/x", needs=("a",))
    )

    def work() -> None:
        ended.append(ends(execute(one, stage.scene)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert ended == [{"a": "passed", "b": "passed"}] * 4
