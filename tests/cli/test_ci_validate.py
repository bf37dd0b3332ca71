"""``strata ci validate``: all that is wrong, or what would run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.calling import Strata

GOOD = """
params: {level: {enum: [quick, full]}}
jobs:
  build: {steps: [make], network: {registries: [crates]}}
  test: {needs: [build], matrix: {os: [a, b]}, steps: ["make ${{ matrix.os }} ${{ params.level }}"]}
finally: {tell: {steps: [true]}}
columns: {passed: job("test").passed}
"""


@pytest.mark.claim("B1")
def test_a_wrong_file_is_told_of_by_field_and_line(tmp_path: Path, strata: Strata) -> None:
    """Every problem in one line with its place and a hint; exit code 2; the same as JSON."""
    (tmp_path / "p.yaml").write_text("jobs:\n  a:\n    stepz: [x]\n    timeout: 10 minutes\n", "utf-8")
    ended = strata("ci", "validate", tmp_path / "p.yaml")
    assert ended.code == 2
    assert [line.removeprefix(f"{tmp_path}/") for line in ended.out.splitlines()] == [
        'p.yaml:3:5: unknown key "stepz" in a job (did you mean "steps"?)',
        'p.yaml:4:14: "timeout" cannot be "10 minutes" (for example: 90, 90s, 10m, 1h30m)',
        "p.yaml: 2 errors",
    ]
    (told,) = strata("ci", "validate", "--json", tmp_path / "p.yaml").json
    assert not told["valid"]
    assert [(one["line"], one["code"]) for one in told["problems"]] == [
        (3, "unknown-key"),
        (4, "wrong-time"),
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("on: push\njobs:\n  a:\n    runs-on: linux\n    steps: [{uses: actions/checkout@v4}]\n", "GitHub Actions"),
        ("steps:\n  - name: a\n    image: alpine\n    commands: [make]\n", "Woodpecker"),
    ],
)
def test_a_file_of_another_system_is_recognised(tmp_path: Path, strata: Strata, text: str, what: str) -> None:
    """One line says whose file it is, and which command makes a pipeline of it."""
    (tmp_path / "p.yaml").write_text(text, "utf-8")
    ended = strata("ci", "validate", tmp_path / "p.yaml")
    assert ended.code == 2
    (first, _) = ended.out.splitlines()
    assert what in first
    assert f"strata ci convert {tmp_path / 'p.yaml'}" in first


@pytest.mark.claim("B1")
def test_a_right_file_shows_its_jobs_and_columns(tmp_path: Path, strata: Strata) -> None:
    """Form, hash, jobs with the matrix expanded, columns with their types; --plan gives all of it."""
    path = tmp_path / "p.yaml"
    path.write_text(GOOD, "utf-8")
    ended = strata("ci", "validate", "--param", "level=full", path)
    assert ended.code == 0
    lines = [line.split() for line in ended.out.splitlines() if line]
    assert lines[0][1:4] == ["form", "v1,", "plan"]
    assert [line[0] for line in lines[2:6]] == ["build", "test", "test", "tell"]
    assert lines[-1] == ["passed", "bool", 'job("test").passed']
    plan = json.loads(strata("ci", "validate", "--plan", "--param", "level=full", path).out)
    assert plan["parameters"] == {"level": "full"}
    (told,) = strata("ci", "validate", "--json", "--plan", "--param", "level=full", path).json
    assert told["hash"] in ended.out
    assert told["plan"] == plan


def test_parameters_may_be_missing_but_not_be_wrong(tmp_path: Path, strata: Strata) -> None:
    """A file can be looked at without its parameters; a value that is none of them is an error."""
    path = tmp_path / "p.yaml"
    path.write_text(GOOD, "utf-8")
    assert "warning: the parameter" in strata("ci", "validate", path).out
    assert strata("ci", "validate", path, "--param", "level=half").code == 2
    assert strata("ci", "validate", path, "--param", "level").code == 2
    assert strata("ci", "validate").code == 2
    assert strata("ci", "validate", tmp_path / "none.yaml").code == 2


def test_the_schema_is_printed(strata: Strata) -> None:
    """--schema needs no file."""
    assert "$defs" in json.loads(strata("ci", "validate", "--schema").out)
