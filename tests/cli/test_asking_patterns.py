"""strata patterns as a stranger types it: its options over one analysed repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.calling import Ended, Strata

#: A program with a loop that is better written otherwise, a bare except, and a file that is closed as it should be.
CODE = """def total(rows):
    found = []
    for i in range(len(rows)):
        found.append(rows[i])
    try:
        return sum(found)
    except:
        return 0


def rows_of(value):
    with open(value) as file:
        return [row.strip() for row in file]
"""


@pytest.fixture
def ask(make_repo: Callable, strata: Strata, tmp_path: Path) -> Callable[..., Ended]:
    """Give a way to ask about one analysed repository, ``one/shop``."""
    (tmp_path / "list.csv").write_text(f"name,path\none/shop,{make_repo('shop', {'a.py': CODE}).path}\n")
    for verb in (("discover", "list.csv"), ("ingest",), ("analyze",)):
        assert strata(*verb).code == 0
    return strata


def test_anti_lists_what_is_better_not_done_and_only_that(ask: Callable[..., Ended]) -> None:
    """Counted, listed and as JSON: what is there without the option is more."""
    anti = ask("patterns", "--anti", "--json").json
    assert anti
    assert all(one["anti"] for one in anti)
    assert len(anti) < len(ask("patterns", "--json").json)
    types = {one["pattern_type"] for one in anti}
    counted = ask("patterns", "--anti")
    assert counted.code == 0
    assert {row.split()[1] for row in counted.out.splitlines()[1:]} == types
    assert "range(len(rows))" in ask("patterns", "--anti", "--code").out
