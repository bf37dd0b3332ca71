"""What stands beside a result is told in one manner: each line JSON, or none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.calling import Strata, strata

__all__ = ["strata"]

ODD = """\
name: odd
jobs:
  look: {steps: ["echo hi"], if: 'repo.stars > 1 and false'}
  run: {steps: ["test -e pass"], if: failure()}
columns: {good: job("run").passed}
"""


@pytest.mark.parametrize("log", ["auto", "json"])
@pytest.mark.parametrize(
    "words",
    [
        ("discover", "list.csv"),
        ("run", "list.csv", "--out", "ds"),
        ("ci", "fleet", "p.yaml"),
        ("ci", "derive", "o/py.git"),
        ("ci", "derive", "o/nowhere.git"),
        ("clone", "list.csv", "clones"),
        ("outputs", "o", "out.jsonl", "--tool", "ruff"),
    ],
    ids=" ".join,
)
def test_without_a_terminal_every_line_is_json(
    make_repo: Callable[..., Any], tmp_path: Path, strata: Strata, words: tuple[str, ...], log: str
) -> None:
    """Progress, what was not read, what failed, hints and errors; the result is on stdout."""
    make_repo("o/py", {"pyproject.toml": "[project]\nname = 'x'\n", "x.py": "import os\n", "pass": ""})
    (tmp_path / "list.csv").write_text("path,name\no/py.git,o/py\nnowhere,o/none\n")
    (tmp_path / "p.yaml").write_text(ODD)
    dummy = {"sandbox.runner": "dummy"}
    if words[:2] == ("ci", "fleet"):
        strata("discover", "list.csv")
    ended = strata("--log", log, *words, settings=dummy)
    told = [json.loads(line) for line in ended.lines]
    assert told
    assert all(one["event"] for one in told)


@pytest.mark.parametrize(("log", "every"), [("json", True), ("auto", False), ("none", False)])
def test_a_live_log_is_for_people_unless_json_is_asked_for(
    make_repo: Callable[..., Any], tmp_path: Path, strata: Strata, log: str, every: bool
) -> None:
    """All of it is text then, or all of it events."""
    make_repo("o/py", {"pass": ""})
    (tmp_path / "p.yaml").write_text(ODD)
    ended = strata("--log", log, "ci", "run", "p.yaml", "--repo", "o/py.git", settings={"sandbox.runner": "dummy"})
    assert {line.startswith("{") for line in ended.lines} == {every}
