"""Who is in which split: by a seeded hash or a day, whoever else is there."""

from __future__ import annotations

import pytest

from codestrata.engine.kinship import LARGEST, families
from codestrata.errors import InvalidInput
from codestrata.export.split.shares import SPLITS, TEST, TRAIN, VALIDATION, check_split, split_of_chance, split_of_day
from codestrata.settings.recipe import SplitSettings

MANY = [f"repository {n}" for n in range(4000)]


def test_shares_are_met() -> None:
    """Of many families about as many as asked for are in each split."""
    settings = SplitSettings(validation=0.2, test=0.1)
    found = [split_of_chance(settings, [name]) for name in MANY]
    assert 0.08 < found.count(TEST) / len(MANY) < 0.12
    assert 0.17 < found.count(VALIDATION) / len(MANY) < 0.23


def test_larger_shares_keep_who_was_chosen() -> None:
    """Growing one share takes from train alone; the other split stays as it was."""
    small, large = SplitSettings(validation=0.1, test=0.1), SplitSettings(validation=0.3, test=0.1)
    for name in MANY:
        before, after = split_of_chance(small, [name]), split_of_chance(large, [name])
        assert before == after or (before, after) == (TRAIN, VALIDATION)


def test_another_seed_is_another_choice() -> None:
    """The seed decides; everything in one split is possible, too."""
    one, other = (SplitSettings(test=0.5, seed=seed) for seed in (1, 2))
    assert {split_of_chance(one, [n]) == split_of_chance(other, [n]) for n in MANY[:50]} == {True, False}
    assert {split_of_chance(SplitSettings(validation=1.0), [n]) for n in MANY} == {VALIDATION}
    assert {split_of_chance(SplitSettings(test=1.0), [n]) for n in MANY} == {TEST}


def test_a_family_is_one_and_seldom_moves() -> None:
    """Members in any order give the same split; of newcomers among twenty, one in twenty speaks for the family."""
    settings = SplitSettings(test=0.5)
    moved = 0
    for n in range(0, 4000, 20):
        kin = MANY[n : n + 20]
        assert split_of_chance(settings, kin) == split_of_chance(settings, kin[::-1])
        moved += split_of_chance(settings, kin[:-1]) != split_of_chance(settings, kin)
    assert moved < 200 / 20 * 2


def test_days_begin_at_midnight_utc() -> None:
    """The last second before a day is before it."""
    settings = SplitSettings(by="time", validation_from="2025-06-01", test_from="2025-07-01")
    june, july = 1_748_736_000, 1_751_328_000
    found = [SPLITS[split_of_day(settings, when)] for when in (june - 1, june, july - 1, july)]
    assert found == ["train", "validation", "validation", "test"]


@pytest.mark.parametrize(
    ("said", "settings"),
    [
        ("more than a whole", SplitSettings(validation=0.6, test=0.5)),
        ("none is set", SplitSettings(by="time", test=0.1)),
        ("no day", SplitSettings(by="time", test_from="June")),
        ("comes before", SplitSettings(by="time", validation_from="2025-06-01", test_from="2025-05-01")),
    ],
)
def test_what_cannot_be(said: str, settings: SplitSettings) -> None:
    """Shares over one and days that are none are refused, with the setting."""
    with pytest.raises(InvalidInput, match=said) as caught:
        check_split(settings)
    assert "export.split" in str(caught.value.where)


def test_ties_make_families_up_to_a_size() -> None:
    """Chains of ties make one family, unless it would be larger than any kinship is."""
    assert families(5, [(0, 1), (3, 4), (1, 4)]) == [0, 0, 2, 0, 0]
    chain = families(LARGEST + 10, [(i, i + 1) for i in range(LARGEST + 9)])
    assert chain[:LARGEST] == [0] * LARGEST
    assert chain[LARGEST] != 0
