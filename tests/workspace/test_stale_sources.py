"""A source beside a figure is not left beside another figure as if it were of that one."""

from __future__ import annotations

import pytest

from codestrata.workspace.dataset.edit import changed

RECIPE = "quality:\n  max_line: 1000    # characters; StarCoder2, §2.1\n  alpha: 0.25\n"


@pytest.mark.parametrize(
    ("value", "beside"),
    [("120", "# was 1000: characters; StarCoder2, §2.1"), ("1000", "# characters; StarCoder2, §2.1")],
)
def test_a_comment_says_which_value_it_was_about(value: str, beside: str) -> None:
    """Once: a second change leaves it as it is; the same value again changes nothing."""
    text = changed(RECIPE, ["quality", "max_line"], value)
    assert text.splitlines()[1].endswith(beside)
    assert changed(text, ["quality", "max_line"], "90").count("# was 1000: ") == 1
    assert changed(RECIPE, ["quality", "alpha"], "0.5") == RECIPE.replace("0.25", "0.5")
