"""When nothing could be analysed, the dataset that was there stays."""

from __future__ import annotations

import pytest

from codestrata.analyze.facts.stage import Facts
from codestrata.errors import DamagedRepository, NothingDone

from .conftest import code, digests


def test_a_good_dataset_is_not_replaced_by_an_empty_one(world, monkeypatch):
    """If every piece of facts fails, nothing is published, the error says why, and the old dataset is untouched."""
    world.run()
    before = digests(world.folder / "dataset")
    world.repos["beta"].commit({"lib/new.py": code(9)}, "more")

    def broken(self, partition, io):
        raise DamagedRepository("the disk gave back nonsense")

    monkeypatch.setattr(Facts, "run", broken)
    with pytest.raises(NothingDone, match="nonsense") as caught:
        world.run()
    assert caught.value.exit_code == 4
    assert digests(world.folder / "dataset") == before
