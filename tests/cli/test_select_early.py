"""A recipe's condition is looked at before any work, with what it may name; a choice that is nearly right is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.acceptance.conftest import MIT, code
from tests.cli.calling import Strata
from tests.cli.calling import strata as strata  # noqa: PLC0414 -- a fixture

from codestrata.export.decide.gates.select import COLUMNS


def test_a_condition_names_what_there_is(make_repo: Callable[..., Any], strata: Strata, tmp_path: Path) -> None:
    """Exit code 2, and nothing was fetched; every column it may name can be named."""
    make_repo("r", {"LICENSE": MIT, "a.py": code(1)})
    wrong = strata("run", "r.git", "--out", "d", settings={"export.select": "langage = 'Python'"})
    assert wrong.code == 2
    assert "langage" in wrong.err
    assert not list((tmp_path / ".codestrata").glob("git/*"))
    every = " and ".join(f'"{name}" is not null' for name in COLUMNS)
    assert strata("run", "r.git", "--out", "d", settings={"export.select": every}).code == 0


def test_a_choice_that_is_nearly_right(strata: Strata) -> None:
    """The nearest one is named."""
    told = strata("config", settings={"export.quality.profile": "openoder"})
    assert told.code == 2
    assert "did you mean opencoder?" in told.err
