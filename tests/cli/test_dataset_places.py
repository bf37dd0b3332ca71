"""Where datasets may lie and rows are named by: links, folders in datasets, shards of every format, odd words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.acceptance.conftest import World, digests
from tests.cli.calling import Strata
from tests.cli.test_dataset_recipes import RECIPE, written


def test_a_link_leads_to_the_dataset(world: World, strata: Strata) -> None:
    """It stays a link: what it leads to is made, replaced, and has rows taken down."""
    written(world, RECIPE)
    link, place = world.folder / "link", world.folder / "disk" / "ds"
    link.symlink_to(place)
    place.parent.mkdir()
    assert strata("dataset", "build", "-o", "link").code == 0
    first = digests(place)
    assert strata("dataset", "build", "-o", "link").out.startswith("nothing to do: link ")
    assert strata("dataset", "takedown", "link", "*:lib/base_again.py", "--json", workspace="no").json["rows"] == 1
    assert link.is_symlink()
    assert strata("dataset", "build", "-o", "link", settings={"export.write.also": "jsonl"}).code == 0
    assert link.is_symlink()
    assert digests(place) != first
    assert sorted(p.name for p in place.parent.iterdir()) == ["ds"]


def test_where_no_dataset_may_be(world: World, strata: Strata) -> None:
    """In another dataset, which would go with it, and below a file: told before any work."""
    written(world, RECIPE)
    assert strata("dataset", "build", "-o", "ds").code == 0
    inside = strata("dataset", "build", "-o", "ds/inner", workspace="w2")
    assert inside.code == 2
    assert inside.line("error: ds/inner: lies in another dataset, ", "name a folder beside it")
    below = strata("dataset", "build", "-o", "repos.csv/a/b", workspace="w2")
    assert below.code == 6
    assert below.line("error: ", "repos.csv: Not a directory (name a folder that can be written with --out)")
    assert not (world.folder / "w2" / "git").exists()


def test_what_others_put_into_a_dataset_is_not_lost(world: World, strata: Strata) -> None:
    """A dataset is replaced as a whole: with a file of somebody else's among its own nothing is built or taken down."""
    written(world, RECIPE)
    assert strata("dataset", "build").code == 0
    notes = world.folder / "dataset" / "data" / "notes.md"
    notes.write_text("what we saw", "utf-8")
    for command in (("build",), ("takedown", "dataset", "*:lib/base_again.py")):
        refused = strata("dataset", *command)
        assert refused.code == 2
        assert refused.line(
            "error: dataset: has files that are not of the dataset, and would be lost: data/notes.md",
            "move them away, or name another folder",
        )
    assert notes.read_text("utf-8") == "what we saw"
    notes.unlink()
    assert strata("dataset", "build").out.startswith("nothing to do: dataset ")


def test_rows_are_named_by_shards_of_every_format(world: World, strata: Strata) -> None:
    """The same row, verified in the shard that was named."""
    written(world, f"{RECIPE}write: {{also: [jsonl, jsonl.zst, json, csv, webdataset]}}\n")
    assert strata("dataset", "build").code == 0
    for shard in sorted((world.folder / "dataset").glob("*/train-00000*")):
        for command in (("lineage",), ("dataset", "why")):
            told = strata(*command, f"{shard}#1", "--json")
            assert told.code == 0, shard
            there = told.json.get("output row", told.json.get("output"))
            assert (there["file"], there["row"]) == (f"{shard.parent.name}/{shard.name}", 1)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("alpha", "alpha: is a repository, not a row (name a file of it: alpha:path)"),
        ("dataset/removed/removed-00000-of-00001.parquet#0", "has no rows of a dataset"),
        ("other.jsonl#0", "has no rows of a dataset"),
        ("cut.parquet#0", "cut.parquet: cannot be read"),
    ],
)
def test_what_names_no_row(world: World, strata: Strata, row: str, said: str) -> None:
    """Each is told for what it is, and none of them as a defect."""
    written(world, RECIPE)
    strata("dataset", "build")
    (world.folder / "other.jsonl").write_text('{"a": 1}\n')
    (world.folder / "cut.parquet").write_bytes(b"PAR1 and no more")
    ended = strata("dataset", "why", row)
    assert ended.code == (6 if "cut" in row else 2)
    assert said in ended.line("error: ")


def test_a_pattern_is_one_line(strata: Strata, tmp_path: Path) -> None:
    """Two lines would be two entries, and what follows # would be a reason; a date is a day."""
    for pattern in ("a/b\nc/d", "a/b # why"):
        ended = strata("dataset", "optout", "add", pattern)
        assert ended.code == 2
        assert ended.line("error: ", "a pattern is one line without a comment")
    assert not (tmp_path / "w" / "opt-out.txt").exists()
    assert strata("dataset", "takedown", "ds", "what").line("error: opt-out list: 'what' is no opt-out entry")
    assert strata("dataset", "takedown", "ds", "a/b", "--date", "soon").line("error: --date: 'soon' is no day")


def test_shards_that_changed_places(world: World, strata: Strata) -> None:
    """Two shards of the same size of rows are still not each other: validate and stats say so."""
    written(world, f"{RECIPE}write: {{also: [jsonl]}}\n")
    strata("dataset", "build")
    data = world.folder / "dataset" / "jsonl" / "train-00000-of-00001.jsonl"
    lines = data.read_bytes().splitlines(keepends=True)
    data.write_bytes(b"".join(reversed(lines)))
    judged = strata("dataset", "validate", "dataset", "--json")
    assert judged.code == 4
    (files,) = (gate for gate in judged.json["gates"] if gate["gate"] == "files")
    assert files["rows"] == ["jsonl/train-00000-of-00001.jsonl: has another SHA-256"]
    assert strata("dataset", "stats", "dataset").line("warning: damaged", "has another SHA-256")
    shutil.rmtree(world.folder / "dataset" / "jsonl")
    assert strata("dataset", "stats", "dataset").line("warning: damaged", "is missing")
