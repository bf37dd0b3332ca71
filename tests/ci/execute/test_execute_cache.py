"""Caches: restored by key or longest prefix, saved after success, never believed when damaged, never shared unasked."""

from __future__ import annotations

import errno
import json
import os
import threading
from pathlib import Path

import pytest
from tests.ci.execute.acting import Stage, ends, job, logs, plan, step

from codestrata.ci.execute.cache import Cache, Damaged
from codestrata.ci.plan import CachePlan
from codestrata.errors import LimitExceeded


def caching(*steps: str, key: str = "k-${{ hash('Lock') }}", restore: tuple[str, ...] = (), name: str = "a", **more):
    """Make a job with a cache of ``dep``."""
    return job(name, *steps, cache=(CachePlan(key=key, paths=("dep",), restore=restore),), **more)


def test_what_a_job_leaves_is_there_in_the_next_run(stage: Stage) -> None:
    """The first run fills it, the second finds it; another key finds nothing."""
    fill = "write dep/x.txt one"
    assert ends(stage.run(plan(caching(fill)))) == {"a": "passed"}
    assert logs(stage.run(plan(caching("cat dep/x.txt"))), "a") == ["one"]
    assert ends(stage.run(plan(caching("test ! -e dep", key="other")))) == {"a": "passed"}
    (stage.scene.tree / "Lock").write_text("a = 2\n")
    assert ends(stage.run(plan(caching("test ! -e dep", fill)))) == {"a": "passed"}


def test_the_longest_prefix_and_its_newest_entry(stage: Stage) -> None:
    """An entry under a prefix is put back, and the job's own is saved beside it."""
    for age, (key, text) in enumerate({"p-q-1": "old", "p-q-2": "new", "p-z": "short"}.items()):
        stage.run(plan(caching(f"write dep/x.txt {text}", key=key)))
        for entry in (stage.scene.cache).glob("*/*/entry.json"):
            if json.loads(entry.read_bytes())["key"] == key:
                os.utime(entry, (1000 + age, 1000 + age))
    results = stage.run(plan(caching("cat dep/x.txt", key="p-q-9", restore=("p-", "p-q-", ""))))
    assert logs(results, "a") == ["new"]
    assert logs(stage.run(plan(caching("cat dep/x.txt", key="nothing", restore=("p-z", "p")))), "a") == ["short"]
    assert Cache(stage.scene.cache, "r1", stage.scene.scratch).has("p-q-9")


def test_nothing_is_saved_after_a_failure(stage: Stage) -> None:
    """A half-filled folder would be found by everybody after."""
    stage.run(plan(caching("write dep/x 1", "false")))
    assert not list(stage.scene.cache.glob("*/*"))


def test_an_entry_reaches_no_other_repository(stage: Stage) -> None:
    """What one repository's code wrote is not another's, by key or by prefix."""
    poison = {**stage.scene.repository, "id": "r2"}
    stage.run(plan(caching("write dep/x bad", key="k")), repository=poison)
    assert ends(stage.run(plan(caching("test ! -e dep", key="k", restore=("k", ""))))) == {"a": "passed"}
    assert logs(stage.run(plan(caching("cat dep/x", key="k")), repository=poison), "a") == ["bad"]


@pytest.mark.parametrize("harm", ["archive", "entry", "gone"])
def test_a_damaged_entry_is_dropped_and_noted(stage: Stage, harm: str) -> None:
    """The job runs without it, and saves it again."""
    stage.run(plan(caching("write dep/x 1", key="k")))
    (place,) = stage.scene.cache.glob("*/*")
    if harm == "archive":
        with (place / "archive.tar").open("r+b") as file:
            file.seek(600)
            file.write(b"!")
    elif harm == "entry":
        (place / "entry.json").write_text("{")
    else:
        (place / "archive.tar").unlink()
    results = stage.run(plan(caching("test ! -e dep", "write dep/x 2", key="k")))
    assert ends(results) == {"a": "passed"}
    assert len(results.problems) == 1
    assert "was dropped" in results.problems[0]
    assert logs(stage.run(plan(caching("cat dep/x", key="k"))), "a") == ["2"]


def test_an_archive_that_cannot_be_put_back_leaves_no_trace(stage: Stage, tmp_path: Path) -> None:
    """Whoever wrote it: the room is made again without it, so that half of it is never seen."""
    import tarfile

    def forged(path: Path) -> int:
        with tarfile.open(path, "w") as archive:
            archive.add(stage.scene.tree / "README", "dep/first")
            archive.add(stage.scene.tree / "README", "../../escape")
        return 2

    Cache(stage.scene.cache, "r1", stage.scene.scratch).save("k", forged)
    results = stage.run(plan(caching("test ! -e dep", key="k")))
    assert ends(results) == {"a": "passed"}, results.steps
    assert "could not be put back" in results.problems[0]
    assert not list(tmp_path.rglob("escape"))


def test_too_large_and_empty_entries_are_problems(stage: Stage) -> None:
    """The job passes all the same."""
    results = stage.run(plan(caching("true", key="k")))
    assert ends(results) == {"a": "passed"}
    assert results.problems == ["job a: cache k: no file matches dep"]

    def large(_: Path) -> int:
        raise LimitExceeded("too large")

    with pytest.raises(LimitExceeded):
        Cache(stage.scene.cache, "r1", stage.scene.scratch).save("l", large)
    assert not list(stage.scene.cache.glob("*/*"))
    assert not list(stage.scene.scratch.glob("cache*/*"))


def test_of_many_writers_the_first_wins_and_readers_see_whole_entries(tmp_path: Path) -> None:
    """Sixteen threads save and read one key; whoever finds it finds all of it."""
    cache = Cache(tmp_path / "cache", "r", tmp_path / "scratch")
    saved, seen = [], []
    start = threading.Barrier(16)

    def work(number: int) -> None:
        def fill(path: Path) -> int:
            path.write_bytes(bytes([number]) * 100_000)
            return 1

        start.wait(5)
        if cache.save("k", fill):
            saved.append(number)
        with cache.archive("k") as archive:
            seen.append(set(archive.read_bytes()))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(saved) == 1
    assert seen == [{saved[0]}] * 16
    assert [path.name.startswith(".") for path in (tmp_path / "cache").glob("*/*")] == [False]


def test_an_entry_under_a_wrong_name_is_not_believed(tmp_path: Path) -> None:
    """A folder that was moved under another key's name is dropped."""
    cache = Cache(tmp_path / "cache", "r", tmp_path / "scratch")
    cache.save("a", lambda path: path.write_bytes(b"x"))
    cache._place("a").rename(cache._place("b"))
    with pytest.raises(Damaged), cache.archive("b"):
        pass
    assert not cache.has("b")


def test_steps_of_the_first_repetition_fill_the_cache(stage: Stage) -> None:
    """Later repetitions neither save nor replace."""
    from codestrata.ci.plan import RepeatPlan

    one = caching(step("mkdir -p dep\necho $STRATA_REPEAT > dep/n"), key="k", repeat=RepeatPlan(runs=2))
    stage.run(plan(one))
    assert logs(stage.run(plan(caching("cat dep/n", key="k"))), "a") == ["1"]


def test_scratch_on_another_file_system(tmp_path: Path, monkeypatch) -> None:
    """Where nothing can be renamed across, entries are copied beside their place, and appear whole all the same."""
    rename = Path.rename

    def across(path: Path, target: Path) -> Path:
        if "scratch" in path.parts and "cache" in Path(target).parts:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", across)
    monkeypatch.setattr(Path, "replace", across)
    cache = Cache(tmp_path / "cache", "r", tmp_path / "scratch")
    assert cache.save("k", lambda path: path.write_bytes(b"one"))
    assert cache.save("k", lambda path: path.write_bytes(b"two")) is None
    with cache.archive("k") as archive:
        assert archive.read_bytes() == b"one"
    assert len(list((tmp_path / "cache").glob("*/*"))) == 1
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_oldest_entries_make_room(tmp_path: Path) -> None:
    """All entries of a repository have a bound together; the newest stays, the oldest go first."""

    def pack(path: Path) -> int:
        path.write_bytes(b"x" * 100)
        return 1

    cache = Cache(tmp_path / "cache", "r", tmp_path / "scratch", most_together=250)
    for age, key in enumerate(("one", "two", "three")):
        assert cache.save(key, pack)
        for entry in (tmp_path / "cache").glob("*/*/entry.json"):
            if json.loads(entry.read_bytes())["key"] == key:
                os.utime(entry, (1000 + age, 1000 + age))
    assert [cache.has(key) for key in ("one", "two", "three")] == [False, True, True]
    assert Cache(tmp_path / "cache", "r", tmp_path / "scratch", most_together=50).save("four", pack)
    assert [cache.has(key) for key in ("two", "three", "four")] == [False, False, True]
