"""What came of shares: told where few families give others than were asked for, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from codestrata.export.split.divide import Divided
from codestrata.export.split.outcome import outcome, uneven
from codestrata.settings.recipe import SplitSettings
from codestrata.store.columns import Columns


def told(settings: SplitSettings, families: int, *, kept: bool = True, of: dict[int, int] | None = None) -> str:
    """Split ten files of 100 bytes in each family; ``of``: family → number of its split, 0 where it does not say."""
    snapshot = np.repeat(np.arange(families, dtype=np.int32), 10)
    split = np.array([(of or {}).get(int(one), 0) for one in snapshot], np.int8)
    decided: Columns = {"kept": np.full(len(snapshot), kept), "size": np.full(len(snapshot), 100, np.int64)}
    found = outcome(settings, decided, Divided(split, range(families)), snapshot)
    return uneven(found.get("shares", {}))


def test_one_per_cent_of_four_families() -> None:
    """A whole family is a fourth of all, and a split that is asked for may be empty; both are told in one sentence."""
    settings = SplitSettings(validation=0.01, test=0.01)
    said = "4 families cannot be split so: validation has 25.0% of the text (1.0% asked), test has nothing (1.0% asked)"
    assert told(settings, 4, of={3: 1}) == said
    alone = told(SplitSettings(by="repository", test=0.01), 1)
    assert alone == "1 repository cannot be split so: test has nothing (1.0% asked)"


def test_shares_that_are_met_are_not_told() -> None:
    """Neither what is near enough, nor splits by day, nor a dataset of one split, nor one without a file."""
    tenth = SplitSettings(validation=0.1, test=0.1)
    assert told(tenth, 20, of={1: 1, 2: 1, 3: 1, 4: 2}) == ""
    assert told(SplitSettings(by="time", test_from="2025-01-01"), 3, of={0: 2}) == ""
    assert told(SplitSettings(), 3) == ""
    assert told(tenth, 3, kept=False) == ""


def test_families_are_counted_where_they_have_kept_files() -> None:
    """Shares, families, files and bytes of each split that was asked for, in the order of splits."""
    settings = SplitSettings(test=0.5)
    kept = np.array([True, True, False, True])
    decided: Columns = {"kept": kept, "size": np.array([5, 7, 100, 11], np.int64)}
    divided = Divided(np.array([0, 0, 0, 2], np.int8), (0, 0, 2, 3))
    found = outcome(settings, decided, divided, np.arange(4, dtype=np.int32))["shares"]
    assert (found["by"], found["families"]) == ("family", 2)
    assert found["splits"] == [
        {"split": "train", "asked": pytest.approx(0.5), "families": 1, "files": 2, "bytes": 12},
        {"split": "test", "asked": pytest.approx(0.5), "families": 1, "files": 1, "bytes": 11},
    ]
