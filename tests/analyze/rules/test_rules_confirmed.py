"""Matches that a real tool confirms."""

from dataclasses import replace

import pytest

from codestrata.analyze.rules.confirmed import Place, Said, confirmed
from codestrata.analyze.rules.rule import Rule

RULE = Rule("a", 1, "L1", "a", ("python",), "", "C", {}, (), (), tool="ruff:E722")
PLACE = Place("a", "x.py", 10, 12)
SAID = Said("ruff", "E722", "x.py", 11)


@pytest.mark.parametrize(
    ("place", "said", "tool", "wanted"),
    [
        (PLACE, SAID, "ruff:E722", True),
        (PLACE, SAID, "E722", True),
        (PLACE, Said("clippy", "clippy::todo", "x.py", 10), "clippy::todo", True),
        (PLACE, Said("clippy", "todo", "x.py", 10), "clippy::todo", True),
        (PLACE, replace(SAID, line=13), "ruff:E722", False),
        (PLACE, replace(SAID, line=9), "ruff:E722", False),
        (PLACE, replace(SAID, line=0), "ruff:E722", False),
        (PLACE, replace(SAID, path="y.py"), "ruff:E722", False),
        (PLACE, replace(SAID, rule="E721"), "ruff:E722", False),
        (PLACE, SAID, "", False),
        (replace(PLACE, rule="b"), SAID, "ruff:E722", False),
    ],
)
def test_a_tool_confirms_what_it_found_in_the_same_lines(place: Place, said: Said, tool: str, wanted: bool) -> None:
    """The same thing, in the same file, beginning in one of the match's lines: else nothing is confirmed."""
    assert confirmed([place], [said], {"a": replace(RULE, tool=tool)}) == [wanted]
    assert confirmed([place], [], {"a": replace(RULE, tool=tool)}) == [False]
