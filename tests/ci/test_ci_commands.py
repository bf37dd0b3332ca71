"""The commands of pipelines as people call them: what they print, how they end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.cli.calling import Ended, Strata, strata

__all__ = ["strata"]

PIPELINE = """\
name: small
jobs:
  look:
    steps:
      - {name: listing, run: "echo \\u001b[31mred\\ntest -e pass"}
  after:
    needs: [look]
    steps: ["echo so it is"]
columns:
  good: job("look").passed
"""
DUMMY = {"sandbox.runner": "dummy"}


@pytest.fixture
def there(make_repo: Callable[..., Any], tmp_path: Path, strata: Strata) -> Callable[..., Ended]:
    """Give a way to call ``strata ci``, on the dummy runner, with two repositories and a pipeline beside."""
    for name, files in (("o/good", {"pass": "1"}), ("o/bad", {"n": "1"})):
        make_repo(name, files)
    (tmp_path / "list.csv").write_text("path,name\no/good.git,o/good\no/bad.git,o/bad\n")
    (tmp_path / "p.yaml").write_text(PIPELINE)
    return lambda *words: strata("ci", *words, settings=DUMMY)


def test_run_shows_a_log_and_a_table(there: Callable[..., Ended]) -> None:
    """Each line of the log names its job; control characters are shown, not obeyed; the table tells the rest."""
    good = there("run", "p.yaml", "--repo", "o/good.git")
    assert good.code == 0
    assert "look | ▸ listing" in good.err
    assert "look |   \\x1b[31mred" in good.err
    assert "look | ✓ passed" in good.err
    assert [line.split()[:2] for line in good.out.splitlines()[1:3]] == [["look", "passed"], ["after", "passed"]]
    assert "good  yes" in good.out
    assert good.out.splitlines()[-1].startswith("small on good@")
    bad = there("run", "p.yaml", "--repo", "o/bad.git")
    assert bad.code == 3
    assert 'failed: look: step 1 "listing"' in bad.out.splitlines()[-1]
    assert "after  skipped" in bad.out


def test_run_again_only_when_asked(there: Callable[..., Ended]) -> None:
    """The same commit is not run twice, and says so; --again does; --json has it as data."""
    assert there("run", "p.yaml", "--repo", "o/good.git").code == 0
    known = there("run", "p.yaml", "--repo", "o/good.git")
    assert "known already" in known.out
    assert "▸" not in known.err
    assert "▸" in there("run", "p.yaml", "--repo", "o/good.git", "--again").err
    told = there("run", "p.yaml", "--repo", "o/good.git", "--json").json
    assert (told["rows"][0]["result"], told["rows"][0]["columns"], told["executed"]) == ("passed", {"good": True}, 0)


def test_a_fleet_and_its_results(there: Callable[..., Ended], strata: Strata, tmp_path: Path) -> None:
    """A table of repositories with the pipeline's columns, then the same from what is known, as Parquet, too."""
    assert strata("discover", "list.csv").code == 0
    ended = there("fleet", "p.yaml", "--parallel", "1")
    assert ended.code == 0
    assert [line.split()[:3] for line in ended.out.splitlines()[1:3]] == [
        ["o/bad", "failed", "no"],
        ["o/good", "passed", "yes"],
    ]
    assert ended.out.splitlines()[-1] == "1 failed, 1 passed; 2 run now"
    found = there("results", "small", "--out", "tables")
    assert found.code == 0
    assert "o/good      passed   yes" in found.out
    rows = pq.read_table(tmp_path / "tables" / "results.parquet").to_pylist()
    assert [(row["repository"], row["result"], row["good"]) for row in rows] == [
        ("o/bad", "failed", False),
        ("o/good", "passed", True),
    ]
    steps = pq.read_table(tmp_path / "tables" / "ci_steps.parquet").to_pylist()
    assert {(row["name"], row["result"]) for row in steps} >= {("listing", "passed"), ("listing", "failed")}


LINT = """\
name: lint
jobs:
  lint:
    steps: [{name: look, run: "test -e pass\\nwrite s.json []", on_failure: continue}]
    reports: {lint: {format: ruff-json, path: s.json}}
columns:
  warnings: count(findings)
  clean: warnings == 0
  rate: coverage()
"""


def test_what_is_not_known_is_null_in_the_tables(there: Callable[..., Ended], strata: Strata, tmp_path: Path) -> None:
    """A condition over the Parquet files is not met by what nobody looked at; a column says which those are."""
    (tmp_path / "lint.yaml").write_text(LINT)
    assert strata("discover", "list.csv").code == 0
    assert there("fleet", "lint.yaml", "--parallel", "1").code == 0
    assert there("results", "lint", "--out", "tables").code == 0
    rows = pq.read_table(tmp_path / "tables" / "results.parquet").to_pylist()
    assert [(r["repository"], r["warnings"], r["clean"], r["unknown"]) for r in rows] == [
        ("o/bad", None, None, "warnings clean"),
        ("o/good", 0, True, ""),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run"], "arguments are required: PIPELINE"),
        (["run", "p.yaml", "--repo", "nowhere"], "nowhere"),
        (["run", "none.yaml"], "none.yaml"),
        (["run", "p.yaml", "--param", "x"], "expected NAME=VALUE"),
        (["fleet", "p.yaml", "--budget", "soon"], "a time such as 90s, 30m or 6h"),
        (["fleet", "p.yaml", "--max-fail-rate", "200%"], "a share such as 20% or 0.2"),
        (["fleet", "p.yaml", "--sample=-1"], "a number of repositories"),
        (["results"], "no workspace here"),
        (["validat"], "did you mean validate?"),
    ],
)
def test_a_wrong_call_of_pipelines(there: Callable[..., Ended], words: list[str], said: str) -> None:
    """Wrong calls end with 2, and one line says what to do."""
    ended = there(*words)
    assert ended.code == 2, ended.out
    assert said in ended.line("error: ")


def test_without_a_command_all_are_shown(there: Callable[..., Ended]) -> None:
    """``strata ci`` lists its commands."""
    ended = there("--help")
    assert ended.code == 0
    for name in ("validate", "run", "fleet", "results", "derive", "convert"):
        assert f"  {name}" in ended.out


def test_foreign_text_does_not_steer_the_terminal(
    there: Callable[..., Ended], tmp_path: Path, make_repo: Callable[..., Any]
) -> None:
    """What a repository says in values, reasons and names is shown with its control characters written out."""
    make_repo("o/odd", {"evil\u001b]0;x\u0007": "1"})
    text = 'name: odd\njobs:\n  look:\n    steps: ["true"]\ncolumns:\n  said: "\\"a\\u009bb\\""\n'
    (tmp_path / "odd.yaml").write_text(text, "utf-8")
    shown = there("run", "odd.yaml", "--repo", "o/odd.git")
    assert "a\\x9bb" in shown.out
    assert "\u009b" not in shown.out + shown.err


@pytest.mark.parametrize("name", ["result", "repository", "commit", "pipeline"])
def test_a_column_cannot_have_the_name_of_another(there: Callable[..., Ended], tmp_path: Path, name: str) -> None:
    """What every table of results has keeps its name."""
    (tmp_path / "p.yaml").write_text(PIPELINE.replace("good:", f"{name}:"))
    ended = there("validate", "p.yaml")
    assert ended.code == 2
    assert f'the column "{name}" has the name of something else' in ended.out + ended.err


FOREIGN = {
    "GitHub Actions": "on: push\njobs: {a: {runs-on: ubuntu, steps: [{run: make}]}}\n",
    "GitLab CI": "test: {script: [make]}\n",
    "Woodpecker": "steps: [{name: a, image: b, commands: [make]}]\n",
}


@pytest.mark.parametrize("command", ["run", "fleet", "validate"])
@pytest.mark.parametrize("whose", FOREIGN)
def test_the_file_of_another_system_is_told_as_one(
    there: Callable[..., Ended], tmp_path: Path, command: str, whose: str
) -> None:
    """Not its first unknown key is told, but whose it is and what makes a pipeline of it."""
    (tmp_path / "x.yaml").write_text(FOREIGN[whose])
    ended = there(command, "x.yaml")
    assert ended.code == 2
    assert f"this is a file of {whose}, not a pipeline" in ended.out + ended.err
    assert "strata ci convert" in ended.out + ended.err


def test_a_sound_pipeline_in_the_place_of_another_system_gets_a_hint(
    there: Callable[..., Ended], tmp_path: Path
) -> None:
    """By accident it may be a valid short form: it is run as one, and said to be."""
    (tmp_path / ".woodpecker.yaml").write_text("steps: [{name: a, run: echo hi}]\n")
    for command in ("run", "validate"):
        ended = there(command, ".woodpecker.yaml", *(("--repo", "o/good.git") if command == "run" else ()))
        assert ended.code == 0
        assert "place of files of Woodpecker" in ended.out + ended.err


COVERED = """\
name: covered
jobs:
  test: {steps: ["test -e c.lcov"], reports: {c: {format: lcov, path: c.lcov}}}
columns:
  cov: coverage()
  lines: sum(coverage, covered) / sum(coverage, lines)
  half: 0.5 + 0 * count(tests)
"""


def test_shares_of_coverage_are_told_in_per_cent(there: Callable[..., Ended], make_repo: Any, tmp_path: Path) -> None:
    """A rate of coverage, however it is asked for; other numbers stay as they are."""
    make_repo("o/cov", {"c.lcov": "SF:a.c\nDA:1,1\nDA:2,0\nDA:3,1\nDA:4,1\nend_of_record\n"})
    (tmp_path / "c.yaml").write_text(COVERED)
    told = there("run", "c.yaml", "--repo", "o/cov.git").out
    assert "cov    75 %" in told
    assert "lines  75 %" in told
    assert "half   0.5" in told
    assert "75 %   75 %   0.5" in there("results").out
