"""Patterns planted in a repository are found where they are, from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import RepoBuilder

from codestrata.analyze.rules.counts import Counts
from codestrata.analyze.rules.labelled import PLANTED, Place, programs
from codestrata.analyze.rules.load import ours
from codestrata.analyze.rules.rule import Rule

_SUFFIXES = {
    "python": "py",
    "rust": "rs",
    "go": "go",
    "javascript": "js",
    "typescript": "ts",
    "java": "java",
    "c": "c",
    "cpp": "cc",
}


@pytest.mark.claim("C8")
def test_planted_patterns_are_found_on_their_lines(
    make_repo: Callable[..., RepoBuilder], tmp_path: Path, strata: Callable[..., Any]
) -> None:
    """Of what is planted at each level at most one in twenty is missed, and one in twenty of what is found is not."""
    planted = {
        f"{one.grammar}/{Path(one.name).stem.lower()}.{_SUFFIXES[one.grammar]}": one
        for one in programs(ours(), PLANTED)
    }
    repository = make_repo("planted", {path: one.text for path, one in planted.items()})
    (tmp_path / "list.csv").write_text(f"name,path\nplanted,{repository.path}\n")
    workspace = ("-w", str(tmp_path / "w"), "--log", "none", "--set", "engine.inline=true")
    for command in (("discover", str(tmp_path / "list.csv")), ("ingest",), ("analyze",)):
        assert strata(*workspace, *command).code == 0
    out = tmp_path / "patterns.jsonl"
    assert strata(*workspace, "patterns", "-n", "0", "--vendored", "-o", str(out)).code == 0
    found: dict[str, set[Place]] = {path: set() for path in planted}
    for row in map(json.loads, out.read_text().splitlines()):
        if row["rule"] in ours().numbers:
            found[row["file_path"]].add(Place(row["rule"], *row["line_range"]))
        elif row["file_path"] in planted:  # what a rule saw of it, too, is listed once
            found[row["file_path"]].update(_within(row, planted[row["file_path"]].places))
    levels: dict[str, Counts] = {}
    for path, one in planted.items():
        for level, counts in _counted(found[path], one.places).items():
            levels[level] = levels.get(level, Counts()) + counts
    assert set(levels) >= {"L1", "L2", "L6", "L7"}
    for level, counts in levels.items():
        assert (counts.precision or 0) >= 0.95, (level, counts)
        assert (counts.recall or 0) >= 0.95 or counts.tp + counts.fn < 20, (level, counts)


def _counted(found: set[Place], there: frozenset[Place]) -> dict[str, Counts]:
    levels: dict[str, Counts] = {}
    for place in found | there:
        level = _rule(place.rule).level
        counts = Counts(tp=place in found and place in there, fp=place not in there, fn=place not in found)
        levels[level] = levels.get(level, Counts()) + counts
    return levels


def _within(row: dict[str, Any], there: frozenset[Place]) -> set[Place]:
    """Give the places of rules that are within what a detector found of the same type."""
    first, last = row["line_range"]
    same = (place for place in there if _rule(place.rule).type == row["pattern_type"])
    return {place for place in same if first <= place.first <= last}


def _rule(name: str) -> Rule:
    return ours().rules[ours().numbers[name]]
