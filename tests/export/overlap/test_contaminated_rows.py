"""Rows that are not whole files are judged by their texts: old contents and messages are in no file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import RepoBuilder
from tests.export.shape.building import MIT, build

from codestrata.export.overlap.rows import Judge
from codestrata.store.columns import Varlen
from codestrata.store.rows import rows_of
from codestrata.store.tables import connect

from . import planted

OLD = "def area(width, height):\n    return width + height\n"


@pytest.fixture
def listed(tmp_path: Path, strata: Callable[..., Any]) -> str:
    """Give the list of the planted set, by its path."""
    source, out = planted.write(tmp_path / "planted.jsonl"), tmp_path / "planted.evalset"
    assert strata("dataset", "evalset", str(source), "--name", "planted", "--out", str(out)).code == 0
    return str(out)


def _history(make_repo: Callable[..., RepoBuilder]) -> RepoBuilder:
    """Make a repository whose files are clean, and whose history is not: a problem in a content, one in a message."""
    first, second, _ = planted.problems()[:3]
    repo = make_repo("shop", {"LICENSE": MIT, "a.py": OLD, "b.py": OLD, "c.py": OLD})
    repo.commit({"a.py": first.program}, "Use another function for areas")
    repo.commit({"a.py": OLD}, "Use the first function for areas again")
    repo.commit({"b.py": OLD.replace("+", "*")}, f"Compute areas by multiplication\n\n{second.docstring}")
    repo.commit({"c.py": OLD.replace("+", "*")}, "Compute areas by multiplication")
    return repo


def test_commits_with_a_problem_are_no_rows(make_repo: Callable[..., RepoBuilder], tmp_path: Path, listed: str) -> None:
    """In what was before, in what is after, in the message: the row goes, and table row_overlaps says why."""
    repo = _history(make_repo)
    flags: dict[str, Any] = {"export__dedup__level": "none"}
    clean = build(tmp_path, [repo], "commits", "all", **flags)
    some = build(tmp_path, [repo], "commits", "some", **flags, export__decontaminate__lists=[listed])
    assert len(clean.rows) == 4
    assert [row["path"] for row in some.rows] == ["c.py"]
    assert some.gates["contaminated"] == 3
    source = tmp_path / "w-some/tables/row_overlaps/*.parquet"
    told = set(connect().execute(f"select \"column\", problem from read_parquet('{source}')").fetchall())
    assert {("old_text", "Planted/0"), ("new_text", "Planted/0"), ("message", "Planted/1")} <= told


def test_a_text_is_judged(listed: str) -> None:
    """Anybody may ask about texts: the spans that count, by the number of their text."""
    told = {"lists": [_digest(listed)], "least": 1, "share": 0.0}
    problem = planted.problems()[5]
    texts = Varlen.of([OLD, problem.program, "", problem.docstring])
    found = list(rows_of(Judge.of(told, [listed]).spans(texts)))
    assert {row["row"] for row in found} == {1, 3}
    assert max(found, key=lambda row: row["matched"])["problem"] == problem.id


def test_a_share_may_be_asked_for(listed: str) -> None:
    """A sentence of a problem is not half of it; a piece that is there whole counts whatever the share."""
    problem = planted.problems()[5]
    part = " ".join(problem.docstring.split()[:12])
    for share, rows in ((0.0, {0, 1}), (0.5, {1})):
        judge = Judge.of({"lists": [_digest(listed)], "least": 1, "share": share}, [listed])
        assert {row["row"] for row in rows_of(judge.spans(Varlen.of([part, problem.program])))} == rows


def _digest(listed: str) -> str:
    from codestrata.export.overlap.evalset import read

    return read(Path(listed)).digest
