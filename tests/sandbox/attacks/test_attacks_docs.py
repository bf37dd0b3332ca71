"""The page about the sandbox names every attack and every grade."""

from __future__ import annotations

from pathlib import Path

from codestrata.sandbox.attacks import ATTACKS
from codestrata.sandbox.grades import GRADES

PAGE = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_the_page_is_current() -> None:
    """Each attack with its aim, each grade with its meaning, as the tables have them."""
    assert [one.id for one in ATTACKS if f"`{one.id}` {one.aim}" not in PAGE] == []
    assert [letter for letter, meaning in GRADES.items() if f"| {letter} | {meaning} |" not in PAGE] == []
