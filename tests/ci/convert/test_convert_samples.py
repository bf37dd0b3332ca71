"""Whole files of other systems, and the pipelines they become."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.calling import Strata, strata

from codestrata.ci.compile import load_text
from codestrata.ci.convert import convert
from codestrata.errors import InvalidInput, NothingDone

__all__ = ["strata"]

SAMPLES = Path(__file__).parent / "samples"
FILES = {"github": "github.yml", "woodpecker": "woodpecker.yaml", "stages": "stages.yaml", "gitlab": "gitlab.yml"}


@pytest.mark.parametrize(("kind", "name"), FILES.items())
def test_a_sample_becomes_what_is_expected(kind: str, name: str) -> None:
    """The text is the same, word for word; whose file it is, is seen; it compiles without an error."""
    text = (SAMPLES / name).read_text("utf-8")
    made = convert(text, where=name)
    assert made.kind == kind
    assert made.text == (SAMPLES / name).with_suffix(".expected").read_text("utf-8")
    assert convert(text, where=name, kind=kind) == made
    assert load_text(made.text).plan.jobs


def test_github_means_the_same() -> None:
    """Conditions, matrices, services, caches and artifacts of a workflow are in the plan."""
    plan = load_text(convert((SAMPLES / "github.yml").read_text("utf-8"), where="github.yml").text).plan
    jobs = {job.id: job for job in plan.jobs}
    test = next(job for name, job in jobs.items() if name.startswith("test ("))
    assert {job.job for job in plan.jobs} == {"fetch-crates", "lint", "test-fetch", "test"}
    assert [job.matrix["python"] for job in plan.jobs if job.job == "test"] == ["3.11", "3.13"]
    assert (test.timeout, test.max_parallel) == (1800, 2)
    assert [(one.name, one.image, one.ready.tcp) for one in test.services] == [("db", "postgres:16", 5432)]
    assert jobs["test-fetch"].network.registries == ("pypi",)
    assert jobs["test-fetch"].cache[0].restore == ("pip-Linux-",)
    assert not test.network.registries
    assert [(step.on_failure, step.timeout) for step in test.steps[:2]] == [("stop", 300), ("continue", 0)]
    assert test.artifacts[0].keep_days == 7


def test_what_cannot_be_converted_is_listed_with_line_and_reason() -> None:
    """Unknown actions, secrets, other machines, called workflows, system packages: told, none is lost silently."""
    made = convert((SAMPLES / "github.yml").read_text("utf-8"), where="github.yml")
    told = {loss.line: f"{loss.what}: {loss.why}" for loss in made.losses}
    assert "no secrets" in told[15]
    assert "other machines" in told[33]
    assert "apt-get update" in told[55]
    assert "codecov" in told[72]
    assert "windows" in told[76]
    assert "never true" in told[81]
    for line in told:
        assert f"- line {line}: " in made.text
    assert "secrets" not in load_text(made.text).plan.to_json()


def test_the_command(strata: Strata, tmp_path: Path) -> None:
    """Exit 0 when all of it was taken over, 3 when something was left out, 2 when it cannot be read, 4 for nothing."""
    whole = tmp_path / "whole.yml"
    whole.write_text("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n")
    assert strata("ci", "convert", whole).code == 0
    partial = strata("ci", "convert", SAMPLES / "github.yml", "--out", "p.yaml")
    assert partial.code == 3
    assert "line 72" in partial.err
    assert (tmp_path / "p.yaml").read_text() == (SAMPLES / "github.expected").read_text()
    assert strata("ci", "convert", SAMPLES / "github.yml", "--json").json["kind"] == "github"
    (tmp_path / "bad.yml").write_text("a: [")
    assert strata("ci", "convert", "bad.yml").code == 2
    assert strata("ci", "convert", "none.yml").code == 2
    (tmp_path / "bytes.yml").write_bytes(b"\xff\xfe\xff")
    assert strata("ci", "convert", "bytes.yml").code == 2
    (tmp_path / "windows.yml").write_text("on: push\njobs: {a: {runs-on: windows-latest, steps: [{run: dir}]}}\n")
    assert strata("ci", "convert", "windows.yml").code == 4


def test_a_file_of_nobody_is_refused() -> None:
    """What is none of the known kinds is an error that names them."""
    with pytest.raises(InvalidInput, match="github"):
        convert("a: 1\n", where="x.yml")
    with pytest.raises(InvalidInput, match="no mapping"):
        convert("- 1\n", where="x.yml")
    with pytest.raises(NothingDone):
        convert("a: 1\n", where="x.yml", kind="github")


def test_a_literal_secret_is_taken_out() -> None:
    """What the compiler refuses is left out and told, and the rest compiles."""
    key = "ghp_" + "a1B2" * 10
    made = convert(
        f"on: push\njobs:\n  a:\n    runs-on: x\n    env: {{API_TOKEN: {key}}}\n    steps: [{{run: make}}]\n",
        where="x.yml",
    )
    assert key not in made.text
    assert any("secret" in loss.why or "token" in loss.why for loss in made.losses)
    assert load_text(made.text).plan.jobs[0].steps[0].run == "make"


def test_a_job_that_only_gathers_keeps_the_order() -> None:
    """Who needed a job that was left out needs what that one needed."""
    text = (
        "on: push\njobs:\n  a: {runs-on: x, steps: [{run: make a}]}\n  b: {needs: a, uses: ./.github/b.yml}\n"
        "  c: {needs: b, runs-on: x, steps: [{run: make c}]}\n"
    )
    jobs = load_text(convert(text, where="x.yml").text).plan.jobs
    assert [(job.id, job.needs) for job in jobs] == [("a", ()), ("c", ("a",))]
