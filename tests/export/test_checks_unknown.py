"""A condition over a pipeline's columns: what is not known meets none, and a wrong name is told with the right one."""

from __future__ import annotations

import pytest

from codestrata.errors import InvalidInput
from codestrata.export.checks import Checks

CHECKS = Checks("p" * 64, {"warnings": "int", "clean": "bool"}, {
    "good": {"warnings": 3, "clean": False},
    "blind": {"warnings": None, "clean": None},
})  # fmt: skip


@pytest.mark.parametrize("condition", ["warnings < 10", "not clean", "WARNINGS < 10"])
def test_what_is_not_known_meets_no_condition(condition: str) -> None:
    """Nothing was judged: neither few warnings nor unclean."""
    unmet = CHECKS.unmet(["good", "blind"], condition)
    assert list(unmet) == ["blind"]
    assert "not known" in unmet["blind"]


def test_an_unknown_column_is_told_with_the_nearest() -> None:
    """In our words: which one, what was meant, and where they are listed."""
    with pytest.raises(InvalidInput, match="the pipeline has no column 'warning'") as raised:
        CHECKS.unmet(["good"], "warning < 10 and clean")
    assert "did you mean warnings?" in raised.value.hint
    assert "strata ci results" in raised.value.hint


def test_a_dataset_names_what_is_not_known() -> None:
    """Samples have no nulls: beside the absent values stands which of them nothing is known of."""
    columns = CHECKS.columns(["good", "blind", "never"])
    assert {field.name for field in CHECKS.fields()} == columns.keys()
    assert columns["ci_unknown"].strings() == ["", "warnings clean", "warnings clean"]
