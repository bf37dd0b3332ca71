"""``strata rules``: what it shows, and how it ends."""

import json
from pathlib import Path

import pytest

from codestrata.cli.app import call

RULE = """\
id: py.walrus
level: L7
type: walrus
language: python
description: Assigns within an expression.
rule: {kind: named_expression}
positive: ["if (n := f()): pass"]
negative: ["n = f()"]
"""


def test_a_folder_whose_examples_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All is well: 0, and a row per rule."""
    (tmp_path / "a.yaml").write_text(RULE)
    assert call(["rules", "test", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "py.walrus" in said
    assert "1 rule, 2 examples, 0 failed, 0 mistakes in the files" in said


def test_an_example_that_fails_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An example that fails: 1, and its program, and where the rule is."""
    (tmp_path / "a.yaml").write_text(RULE.replace("if (n := f()): pass", "n = g()"))
    assert call(["rules", "test", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert f"{tmp_path}/a.yaml:1: py.walrus must be found here, and is not (python):\n    n = g()\n" in said


def test_mistakes_in_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with mistakes: 2, and every mistake in one line."""
    (tmp_path / "a.yaml").write_text(RULE.replace("named_expression", "namd_expression"))
    assert call(["rules", "test", str(tmp_path)]) == 2
    assert f'{tmp_path}/a.yaml:6: python has no kind "namd_expression" (did' in capsys.readouterr().out
    assert call(["rules", "test", str(tmp_path / "nowhere")]) == 2


def test_rules_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list is by level and language, and has what is not measured as null."""
    (tmp_path / "a.yaml").write_text(RULE)
    assert call(["rules", "list", str(tmp_path), "--level", "L1"]) == 0
    assert "0 rules" in capsys.readouterr().out
    assert call(["rules", "list", str(tmp_path), "--language", "python", "--json"]) == 0
    (rule,) = json.loads(capsys.readouterr().out)
    assert (rule["id"], rule["languages"], rule["precision"]) == ("py.walrus", ["python"], None)


def test_levels_and_languages_without_rules(capsys: pytest.CaptureFixture[str]) -> None:
    """A level of detectors says that it has no rules; a language that has none is refused, with what was meant."""
    assert call(["rules", "list", "--level", "L3"]) == 0
    assert "L3, micro-libraries, is found by detectors" in capsys.readouterr().err
    assert call(["rules", "list", "--language", "pyhton"]) == 2
    assert "did you mean python?" in capsys.readouterr().err
