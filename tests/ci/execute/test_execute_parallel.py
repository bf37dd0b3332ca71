"""Side by side: steps of a job, jobs of a run, combinations of a matrix; and sixty jobs at random."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping

import pytest
from tests.ci.execute.acting import Stage, ends, job, plan, step, steps, the

from codestrata.ci.plan import JobPlan, RetryPlan
from codestrata.ci.records import Results
from codestrata.model.result import ResultClass


def test_steps_side_by_side_share_the_room_and_all_end(stage: Stage) -> None:
    """Three pauses take as long as one; a failure stops none of the others, and decides the job."""
    begun = time.monotonic()
    several = ("sleep 0.5\nwrite a 1", step("exit 3", "bad"), "sleep 0.5\nwrite b 1", "sleep 0.5")
    results = stage.run(
        plan(job("a", *several, parallel=True), job("b", "cat a b", needs=("a",), condition="always()"))
    )
    assert time.monotonic() - begun < 1.4
    assert [str(one.result) for one in steps(results, "a")] == ["passed", "failed", "passed", "passed"]
    assert the(results, "a").reason == 'step 2 "bad": exit status 3'
    assert ends(results) == {"a": "failed", "b": "passed"}


def test_steps_side_by_side_are_tried_again_and_time_out_by_themselves(stage: Stage) -> None:
    """Conditions see that nothing has failed yet."""
    results = stage.run(
        plan(
            job(
                "a",
                step("fail-until 2 infra", "again", retry=RetryPlan(max=1, backoff=0.01)),
                step("sleep 9", "slow", timeout=0.3, on_failure="continue"),
                step("true", "never", condition="failure()"),
                parallel=True,
            )
        )
    )
    assert ends(results) == {"a": "passed"}
    assert sorted((one.name, str(one.result), one.attempt) for one in steps(results, "a")) == [
        ("again", "infra", 1),
        ("again", "passed", 2),
        ("never", "skipped", 1),
        ("slow", "timeout", 1),
    ]


class Counting:
    """A runner that counts rooms at once, in all and by the beginning of their jobs' names."""

    name = "dummy"

    def __init__(self, inner) -> None:
        self.inner = inner
        self.lock = threading.Lock()
        self.now: dict[str, int] = {}
        self.most: dict[str, int] = {}

    def __getattr__(self, name: str):
        """Pass everything else on."""
        return getattr(self.__dict__["inner"], name)

    def _count(self, room_id: str, by: int) -> None:
        with self.lock:
            for name in ("all", room_id.split("-")[2]):
                self.now[name] = self.now.get(name, 0) + by
                self.most[name] = max(self.most.get(name, 0), self.now[name])

    def prepare(self, job):
        """Count one more."""
        self._count(job.id, 1)
        return self.inner.prepare(job)

    def destroy(self, room) -> None:
        """Count one less."""
        self.inner.destroy(room)
        self._count(room.job.id, -1)


@pytest.mark.parametrize("parallel", [1, 3])
def test_jobs_at_once_and_combinations_at_once_are_bounded(stage: Stage, parallel: int) -> None:
    """As many as the scene allows; of a matrix as many as it allows itself."""
    runner = Counting(stage.runner)
    matrix = [job(f"m (n={n})", "sleep 0.05", job="m", matrix={"n": str(n)}, max_parallel=2) for n in range(5)]
    others = [job(f"o{n}", "sleep 0.05") for n in range(5)]
    results = stage.run(plan(*matrix, *others), runner=lambda *_: runner, parallel=parallel)
    assert set(ends(results).values()) == {"passed"}
    assert runner.most["all"] == parallel
    assert runner.most["m"] <= 2
    assert set(runner.now.values()) == {0}


def test_a_need_of_a_matrix_is_all_its_combinations(stage: Stage) -> None:
    """By name, its result is that of the first that did not pass."""
    combinations = (
        job("m (n=1)", "true", job="m", matrix={"n": "1"}),
        job("m (n=2)", "exit $MATRIX_N", job="m", matrix={"n": "2"}),
        job("m (n=3)", "true", job="m", matrix={"n": "3"}),
    )
    needs = tuple(one.id for one in combinations)
    results = stage.run(
        plan(
            *combinations,
            job("a", "true", needs=needs),
            job("b", "true", needs=needs, condition='always() and needs.m.result == "failed"'),
        )
    )
    assert ends(results) == {"m (n=1)": "passed", "m (n=2)": "failed", "m (n=3)": "passed", "a": "skipped",
                             "b": "passed"}  # fmt: skip


def wild(seed: int) -> list[JobPlan]:
    """Make sixty jobs at random: needs, conditions, ends, lenience, matrices."""
    chance = random.Random(seed)
    jobs: list[JobPlan] = []
    for number in range(60):
        needs = tuple(one.id for one in chance.sample(jobs, min(len(jobs), chance.choice((0, 1, 1, 2, 3)))))
        end = chance.choice(("true", "true", "true", "exit 1", "result oom", "result infra", "result policy"))
        several = [f"write files/{number} {number}", end, "echo end"]
        jobs.append(
            job(
                f"j{number}",
                *several,
                needs=needs,
                condition=chance.choice(("", "", "", "always()", "failure()", "success()", 'repo.language == "Go"')),
                continue_on_error=chance.random() < 0.2,
                parallel=chance.random() < 0.2,
            )
        )
    return jobs


def expected(jobs: list[JobPlan]) -> dict[str, str]:
    """Work out how each job has to end, by the rules as they are written down, one after the other."""
    found: dict[str, str] = {}
    above: dict[str, set[str]] = {}
    plans = {one.id: one for one in jobs}

    def good(name: str) -> bool:
        return found[name] == "passed" or (plans[name].continue_on_error and found[name] != "skipped")

    for one in jobs:
        above[one.id] = set(one.needs).union(*(above[name] for name in one.needs))
        failed = any(found[name] != "skipped" and not good(name) for name in above[one.id])
        fine = all(map(good, one.needs))
        said = {"": fine, "always()": True, "failure()": failed, "success()": fine}.get(one.condition, False)
        end = one.steps[1].run
        ran = {"true": "passed", "exit 1": "failed"}.get(end, end.removeprefix("result "))
        found[one.id] = ran if said else "skipped"
    return found


def missing_files(jobs: list[JobPlan], results: Results, seen: Mapping[str, set[str]]) -> list[str]:
    """Give jobs that did not see exactly the files of the jobs above them that ran."""
    above: dict[str, set[str]] = {}
    ran = {one.id for one in results.jobs if one.result is not ResultClass.SKIPPED}
    kept = {one.id for one in results.jobs if one.result not in {ResultClass.SKIPPED, ResultClass.INFRA}}
    wrong = []
    for one in jobs:
        above[one.id] = set(one.needs).union(*(above[name] for name in one.needs))
        want = {name.removeprefix("j") for name in above[one.id] & kept}
        if one.id in ran and seen[one.id] != want:
            wrong.append(f"{one.id}: {seen[one.id]} is not {want}")
    return wrong


class Watching(Counting):
    """A runner that notes which files rooms begin with, and when jobs run."""

    def __init__(self, inner) -> None:
        super().__init__(inner)
        self.seen: dict[str, set[str]] = {}

    def prepare(self, job):
        """Look into the room."""
        room = super().prepare(job)
        folder = room.files.work / "files"
        self.seen[job.id.rpartition("-")[2]] = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        return room


@pytest.mark.parametrize("seed", range(6))
def test_sixty_jobs_at_random_end_as_the_rules_say(stage: Stage, seed: int) -> None:
    """Results, files, order and bounds are those of an independent reckoning; nothing is left."""
    jobs = wild(seed)
    runner = Watching(stage.runner)
    results = stage.run(plan(*jobs), runner=lambda *_: runner, parallel=6)
    names = {each.id: str(each.result) for each in results.jobs}
    assert names == expected(jobs)
    assert [each.id for each in results.jobs] == [each.id for each in jobs]
    assert missing_files(jobs, results, runner.seen) == []
    assert runner.most["all"] <= 6
    order = [(event["event"], event["job"]) for event in stage.events if event["event"].startswith("job_")]
    for each in jobs:
        if ("job_started", each.id) in order:
            for need in each.needs:
                assert order.index(("job_finished", need)) < order.index(("job_started", each.id))
    assert {each.job for each in results.steps} == {name for name, end in names.items() if end != "skipped"}
    assert set(runner.now.values()) == {0}
