"""Splits of a decision: planted clones, forks and copies never stand on both sides."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations
from typing import Any

import pytest

from codestrata.export.decide.reasons import BIT
from codestrata.store.columns import Varlen

from .conftest import Row, World, edited, prose

HALF = {"split__test": 0.5}
LICENCE = {"LICENSE.txt": prose(999), ".gitignore": "*.o\n*.so\n", "__init__.py": "VERSION = 1\n"}


def splits(rows: dict[str, Row]) -> dict[str, set[str]]:
    """Give the splits of each repository's kept files."""
    out: dict[str, set[str]] = defaultdict(set)
    for row in rows.values():
        if row.kept:
            out[row.full_name].add(row.split)
    return dict(out)


def strangers(world: World, count: int, first: int = 0) -> None:
    """Add repositories that share nothing but a licence, an ignore list and an empty module."""
    for n in range(first, first + count):
        world.add(f"o/r{n:02}", {f"f{k}.py": prose(100 * n + k) for k in range(3)} | LICENCE)


def test_without_shares_all_is_train(world: World) -> None:
    """The default asks for no split: every kept file is in train, what is not kept in none."""
    strangers(world, 2)
    rows = world.decide(files__languages="Python")
    assert {(r.kept, r.split) for r in rows.values()} == {(True, "train"), (False, "")}


def test_common_small_files_do_not_glue(world: World) -> None:
    """Repositories that share a licence text, an ignore list and a tiny module are in both splits."""
    strangers(world, 12)
    rows = world.decide(**HALF, dedup__level="none", files__languages="Python")
    found = splits(rows)
    assert all(len(own) == 1 for own in found.values())
    assert {next(iter(own)) for own in found.values()} == {"train", "test"}
    gone = {key.partition(":")[2] for key, row in rows.items() if row.reason == "leak"}
    assert gone == {"__init__.py"}


def test_others_do_not_move(world: World) -> None:
    """Adding repositories leaves every other one in its split."""
    strangers(world, 8)
    before = splits(world.decide(**HALF))
    strangers(world, 8, first=8)
    after = splits(world.decide(**HALF))
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("level", ["none", "near"])
def test_clones_and_forks_stay_together(world: World, level: str) -> None:
    """Kin by one file of code, exact or near, by half of all files, or by a first commit: one split for each family."""
    strangers(world, 6)
    for n in range(6):
        fork = {f"f{k}.py": prose(100 * n + k) for k in range(2)} | {"own.py": prose(5000 + n)}
        world.add(f"fork/r{n:02}", fork)
        near = {"near.py": edited(prose(100 * n + 2, 900), 3), "other.py": prose(6000 + n)}
        world.add(f"near/r{n:02}", near)
        world.add(f"base/r{n:02}", {"base.py": prose(100 * n + 2, 900), "more.py": prose(7000 + n)})
    rows = world.decide(**HALF, dedup__level=level)
    found = splits(rows)
    for n in range(6):
        assert found[f"o/r{n:02}"] == found[f"fork/r{n:02}"]
        if level == "near":
            assert found[f"near/r{n:02}"] == found[f"base/r{n:02}"]
    assert {next(iter(own)) for own in found.values()} == {"train", "test"}
    assert_no_leak(world, rows)


def test_a_first_commit_is_kinship(world: World) -> None:
    """Two histories with one beginning are one family, whatever became of the files; a shallow clone says nothing."""
    for n in range(8):
        for name in ("a", "b"):
            made = world.add(f"{name}/r{n}", {"f.py": prose(50 * n + (name == "b") * 25)})
            commits = {"commit": Varlen.of([f"{n:040x}"]), "parents": Varlen.of([""])}
            world.written["commits", made.id] = [world.tables.write("commits", commits)]
    found = splits(world.decide(**HALF))
    assert all(found[f"a/r{n}"] == found[f"b/r{n}"] for n in range(8))
    assert {next(iter(own)) for own in found.values()} == {"train", "test"}


@pytest.mark.parametrize("level", ["none", "exact"])
def test_leaks_are_found_without_deduplication(world: World, level: str) -> None:
    """By repository, twins are torn apart: the one in train goes, names the one in test, and copies go with it."""
    base = prose(1, 900)
    for n in range(8):
        world.add(f"o/r{n}", {"same.py": base, "near.py": edited(base, 2 + n), "own.py": prose(10 + n)})
    rows = world.decide(**HALF, split__by="repository", dedup__level=level)
    assert_no_leak(world, rows)
    gone = [row for row in rows.values() if row.reason == "leak"]
    assert gone
    for row in gone:
        twin = rows[f"{row.survivor_repository}:{row.survivor_path}"]
        assert (twin.kept, twin.split) == (True, "test")
        assert row.jaccard >= 0.7
        assert row.rule.endswith("in split test")
    assert all(row.kept for key, row in rows.items() if key.endswith("own.py"))


def test_by_time(world: World) -> None:
    """The day of the snapshot's commit decides; a fork that is newer loses what it shares."""
    day = 86_400
    for n, when in enumerate((1_748_736_000 - day, 1_748_736_000 + day, 1_751_328_000)):
        world.add(f"o/r{n}", {"same.py": prose(1), "own.py": prose(10 + n)}, at=when)
    dates = {"split__by": "time", "split__validation_from": "2025-06-01", "split__test_from": "2025-07-01"}
    rows = world.decide(**dates, dedup__level="none")
    kept = {key: row.split for key, row in rows.items() if row.kept}
    assert kept == {
        "o/r0:own.py": "train",
        "o/r1:own.py": "validation",
        "o/r2:own.py": "test",
        "o/r2:same.py": "test",
    }


def assert_no_leak(world: World, rows: dict[str, Row]) -> None:
    """Compare every kept file with those of other splits by their 5-word shingles, the plain way."""
    kept = [row for row in rows.values() if row.kept]
    sets = [shingled(world.text(row.full_name, row.path)) for row in kept]
    for (a, one), (b, other) in combinations(zip(kept, sets, strict=True), 2):
        if a.split != b.split and one:
            assert len(one & other) / len(one | other) < 0.7, (a.path, b.path)


def shingled(text: str) -> set[tuple[str, ...]]:
    """Give every five words in a row."""
    words = re.findall(r"\w+", text)
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def test_the_mixture_has_its_shares(world: World) -> None:
    """Text is in the proportions asked for at most, and the scarcest language keeps all it has."""
    languages(world)
    rows = world.decide(mixture__languages={"Python": 3.0, "C": 1.0})
    size = by_language(rows)
    everything = by_language(world.decide())
    assert set(size) == {"Python", "C"}
    assert size["Python"] == everything["Python"]
    assert 0.8 < 3 * size["C"] / size["Python"] <= 1
    rules = {row.rule for row in rows.values()}
    assert rules == {"", "languages"}


def test_a_larger_share_keeps_what_a_smaller_one_keeps(world: World) -> None:
    """Samples, limits and weights that grow only add; the same settings give the same rows."""
    languages(world)
    repository, sample = "mixture__most_per_repository", "mixture__sample"
    for small, large in (
        ({sample: 0.2}, {sample: 0.6}),
        ({repository: 3}, {repository: 7}),
        ({sample: 0.3, repository: 5}, {repository: 5}),
        ({"mixture__languages": {"Python": 9, "C": 1}}, {"mixture__languages": {"Python": 9, "C": 4}}),
    ):
        few, many, again = (keys(world.decide(**settings)) for settings in (small, large, small))
        assert few < many
        assert few == again


def test_a_share_of_rows_stays(world: World) -> None:
    """About the share that is asked for, and adding a repository takes no row from another."""
    languages(world)
    few = keys(world.decide(mixture__sample=0.5))
    assert 25 < len(few) < 55
    world.add("late/comer", {f"f{n}.py": prose(9000 + n) for n in range(10)})
    assert few <= keys(world.decide(mixture__sample=0.5))


def languages(world: World) -> None:
    """Add 80 files of Python, C and JSON in four repositories."""
    for n in range(4):
        files: dict[str, Any] = {f"p{k}.py": prose(1000 * n + k) for k in range(8)}
        files |= {f"c{k}.c": prose(1000 * n + 100 + k) for k in range(8)}
        world.add(f"o/r{n}", files | {f"j{k}.json": prose(1000 * n + 200 + k) for k in range(4)})


def by_language(rows: dict[str, Row]) -> dict[str, int]:
    """Sum the sizes of kept files by language."""
    out: dict[str, int] = defaultdict(int)
    for row in rows.values():
        if row.kept:
            out[row.language] += row.size
    return dict(out)


def keys(rows: dict[str, Row]) -> set[str]:
    """Name the kept files."""
    return {key for key, row in rows.items() if row.kept}


def test_a_twin_that_is_left_out_itself_is_said_to_be(world: World) -> None:
    """Where the mixture takes the file that a duplicate went for, the duplicate says so: by rule, and by its bits."""
    languages(world)
    world.add("o/again", {f"p{k}.py": prose(k) for k in range(8)})
    rows = world.decide(mixture__sample=0.5)
    gone = [row for row in rows.values() if row.reason == "exact_duplicate"]
    kept = {(row.full_name, row.path) for row in rows.values() if row.kept}
    both = [row for row in gone if "left out" in row.rule]
    assert 0 < len(both) < len(gone)
    for row in gone:
        there = (row.survivor_repository, row.survivor_path) in kept
        assert there == (row not in both)
    assert {row.rule for row in both} == {"same blob; the twin itself is left out: mixture"}
    assert {row.failed >> BIT["mixture"] & 1 for row in both} == {1}
