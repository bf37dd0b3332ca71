"""Jobs stand on the files of the jobs they need: all of them, each once, in order, and only as long as needed."""

from __future__ import annotations

from pathlib import Path

from tests.ci.execute.acting import Stage, ends, job, logs, plan

from codestrata.ci.execute.layers import Kept, Layers, order, remove
from codestrata.ci.plan import RepeatPlan
from codestrata.errors import StorageError


def test_a_diamond_is_handled(stage: Stage) -> None:
    """Files come from all jobs below; of two that wrote the same, the one needed later wins."""
    results = stage.run(
        plan(
            job("a", "write a.txt a\nwrite same.txt a"),
            job("b", "write b.txt b\nwrite same.txt b\nrm README", needs=("a",)),
            job("c", "write c.txt c\nwrite same.txt c", needs=("a",)),
            job("d", "cat a.txt b.txt c.txt same.txt\ntest ! -e README", needs=("b", "c")),
            job("e", "cat same.txt", needs=("c", "b")),
            job("f", "cat a.txt\nwrite f x", needs=("d",)),
        )
    )
    assert ends(results) == dict.fromkeys("abcdef", "passed")
    assert logs(results, "d") == ["a\nb\nc\nc"]
    assert logs(results, "e") == ["b"]


def test_the_order_of_layers() -> None:
    """Each after those it stands on, in the order of needs, none twice."""
    jobs = {
        one.id: one
        for one in (
            job("a", "true"),
            job("b", "true", needs=("a",)),
            job("c", "true", needs=("a",)),
            job("d", "true", needs=("c", "b", "a")),
        )
    }
    assert order(jobs["d"], jobs) == ["a", "c", "b"]
    assert order(jobs["a"], jobs) == []


def test_a_layer_goes_with_its_last_user(tmp_path: Path) -> None:
    """It stays as long as a job that stands on it, nearby or far above, has not ended."""
    jobs = [job("a", "true"), job("b", "true", needs=("a",)), job("c", "true", needs=("b",))]
    layers = Layers(tmp_path / "layers", jobs)
    folders = {}
    for name in "abc":
        assert layers.wanted(name) == (name != "c")
        if name != "c":
            folders[name] = layers.place()
            folders[name].mkdir()
            layers.keep(Kept(name, "dummy", folders[name]))
        layers.ended(name)
        assert (folders["a"].exists(), folders.get("b", tmp_path).exists()) == ((name != "c"), (name != "c") or False)
    assert list((tmp_path / "layers").iterdir()) == []


def test_removing_what_foreign_code_wrote(tmp_path: Path) -> None:
    """Folders without permissions go, links are not followed."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "keep").write_text("x")
    layer = tmp_path / "layer"
    (layer / "deep" / "er").mkdir(parents=True)
    (layer / "deep" / "er" / "file").write_text("x")
    (layer / "link").symlink_to(outside)
    (layer / "deep" / "er").chmod(0)
    (layer / "deep").chmod(0)
    remove(layer)
    assert not layer.exists()
    assert (outside / "keep").read_text() == "x"


def test_a_layer_of_another_runner_is_not_stood_on(stage: Stage) -> None:
    """Runners write layers in forms of their own: the job fails with the reason."""

    class Other:
        name = "other"

        def __getattr__(self, name: str):
            """Pass everything else on."""
            return getattr(stage.runner, name)

    results = stage.run(
        plan(job("a", "write x 1"), job("b", "cat x", needs=("a",), runner="other")),
        runner=lambda name, _: Other() if name == "other" else stage.runner,
    )
    assert ends(results) == {"a": "passed", "b": "failed"}
    assert "it stands on the files of a, which dummy ran, not other" in results.jobs[1].reason


def test_a_job_whose_files_cannot_be_kept_is_infra(stage: Stage) -> None:
    """Those that need them would run on too little; where nobody does, nothing is kept."""

    class Full:
        name = "dummy"

        def __getattr__(self, name: str):
            """Pass everything else on."""
            return getattr(stage.runner, name)

        def layer(self, *_):
            raise StorageError("the disk is full")

    results = stage.run(
        plan(job("a", "true"), job("b", "true", needs=("a",)), job("c", "true", repeat=RepeatPlan(runs=2))),
        runner=lambda *_: Full(),
    )
    assert ends(results) == {"a": "infra", "b": "skipped", "c": "passed"}
