"""What is printed of a dataset's splits."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestrata.cli.outcome import dataset
from codestrata.export.stage import Published


@pytest.mark.parametrize(
    ("splits", "told"), [({"train": 1200}, False), ({"train": 1000, "validation": 0, "test": 200}, True)]
)
def test_splits_are_told_where_there_are_several(
    splits: dict[str, int], told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line with the rows of each; a dataset that is all train says nothing of splits."""
    dataset(Published(Path("ds"), rows=1200, files=1200, bytes=10, shards=3, digest="", splits=splits))
    assert ("splits: train 1,000, validation 0, test 200" in capsys.readouterr().out) == told
