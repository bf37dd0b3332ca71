"""What is printed of a dataset's splits."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestrata.cli.outcome import dataset
from codestrata.export.stage import Published


@pytest.mark.parametrize(
    ("splits", "told"),
    [
        ({"train": 1200}, ""),
        ({"train": 1000, "validation": 0, "test": 200}, "splits: train 1,000, validation 0, test 200"),
        ({"test": 1200}, "splits: test 1,200"),
    ],
)
def test_splits_are_told_where_not_all_is_train(
    splits: dict[str, int], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line with the rows of each; a dataset that is all train says nothing of splits."""
    dataset(Published(Path("ds"), rows=1200, files=1200, bytes=10, shards=3, digest="", splits=splits))
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("splits")]
    assert lines == [told] * bool(told)
