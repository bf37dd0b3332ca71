"""Duplicates by syntax, of repositories, and against earlier datasets: each names a twin that is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codestrata import Workspace
from codestrata.engine.view import RunView
from codestrata.errors import InvalidInput
from codestrata.settings import load
from codestrata.store.catalogue import Catalogue

from .conftest import Row, World, edited, prose, rows_of

_MIT = "Licensed under the MIT License.\nSPDX-License-Identifier: MIT\n"
_CODE = """
def spread(values, factor):
    total = sum(value * factor for value in values)
    return [value * factor / total for value in values if value > 0]


print(spread([1, 2, 3], 4))
"""


def _sound(rows: Mapping[str, Row]) -> None:
    """Every file that goes for another here goes for one that is kept."""
    listed = list(rows.values())
    assert all(listed[row.survivor_row].kept for row in listed if row.survivor_row >= 0)
    assert all(row.survivor_row >= 0 for row in listed if row.reason.endswith("_duplicate"))


def test_a_repository_that_is_nearly_a_copy_goes_whole(world: World) -> None:
    """What it alone has goes, too, for the file at the same path, or the first; what others share stays theirs."""
    shared = {f"f{k}.py": prose(k) for k in range(9)}
    world.add("a/fork", {**shared, "own.py": prose(90), "f9.py": prose(91)}, stars=1)
    world.add("b/real", {**shared, "f9.py": prose(92)}, stars=9)
    world.add("c/other", {"x.py": prose(90), "y.py": prose(93), "z.py": prose(94)}, stars=0)
    plain, asked = world.decide(), world.decide(dedup__repositories=0.75)
    assert plain["a/fork:own.py"].kept
    assert {p: r.reason for p, r in asked.items() if p.startswith("a/") and not r.reason.startswith("exact")} == {
        "a/fork:f9.py": "repository_duplicate"
    }
    row = asked["a/fork:f9.py"]
    assert (row.survivor_path, row.threshold, row.jaccard) == ("f9.py", 0.75, 9 / 12)
    assert asked["c/other:x.py"].kept
    assert asked["a/fork:own.py"].survivor_path == "x.py"
    _sound(asked)


def test_repositories_that_share_little_stay(world: World) -> None:
    """Below the threshold nothing goes, and the table is that of a run that does not ask."""
    world.add("a/one", {f"f{k}.py": prose(k) for k in range(6)})
    world.add("b/two", {f"f{k}.py": prose(k) for k in range(3, 9)})
    plain, asked = world.decide(), world.decide(dedup__repositories=0.8)
    assert [r.cells for r in asked.values()] == [r.cells for r in plain.values()]


@pytest.mark.parametrize("seed", range(4))
def test_however_repositories_overlap_survivors_are_kept(world: World, seed: int) -> None:
    """Any overlap, any order of stars: survivors are kept, and no content is gone that was not taken away whole."""
    random = np.random.default_rng(seed)
    stars = random.permutation(5).tolist()
    for k, size in enumerate(random.integers(1, 7, 5).tolist()):
        contents = sorted(random.choice(8, size, replace=False).tolist())
        world.add(f"r/{k}", {f"{c}.py": prose(c, 30) for c in contents}, stars=stars[k])
    rows = world.decide(dedup__repositories=0.6, dedup__normal=True)
    _sound(rows)
    kept = {row.blob for row in rows.values() if row.kept}
    lost = {row.blob for row in rows.values()} - kept
    assert lost <= {row.blob for row in rows.values() if row.reason == "repository_duplicate"}


class Runs:
    """Workspaces, what they decide, and their datasets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open: list[Catalogue] = []

    def run(self, name: str, repos: Mapping[Path, int], form: str = "parquet", **dedup: Any) -> dict[str, Row]:
        """Export repositories with their stars into ``name``; rows by path."""
        file = self.folder / f"{name}.csv"
        file.write_text("url,stars\n" + "".join(f"{repo},{stars}\n" for repo, stars in repos.items()))
        flags = {"engine.inline": True, "export.licences.unknown": "keep", "export.write.format": form}
        flags |= {f"export.dedup.{key}": value for key, value in dedup.items()}
        workspace_folder = self.folder / f"w-{name}"
        with Workspace(workspace_folder, load(flags=flags)) as workspace:
            run = workspace.run(file, self.folder / name).run
        catalogue = workspace.reader()
        self.open.append(catalogue)
        view = RunView(catalogue, workspace.layout, workspace.settings, run)
        table = view.tables.read(view.planned("export.decide", "decisions"))
        return {row.path: row for row in rows_of(table)}


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    """Give an empty place for runs."""
    made = Runs(tmp_path)
    yield made
    for catalogue in made.open:
        catalogue.close()


def test_the_same_tree_with_other_comments_is_a_duplicate(runs: Runs, make_repo: Callable[..., Any]) -> None:
    """Comments and layout aside it is one syntax; other names are another, and trees of nearly nothing are none."""
    # enough comments that the texts are not near each other
    other = "# " + prose(5).replace("\n", "\n# ") + _CODE.replace("values, factor):", "values,  factor):  # why")
    notes = {f"note{k}.py": "# " + prose(k).replace("\n", "\n# ") + "\nimport os\n" for k in (1, 2)}
    files = {"a.py": _CODE, "b.py": other, "c.py": _CODE.replace("total", "whole") + prose(8), **notes, "LICENSE": _MIT}
    repos = {make_repo("one", files).path: 1}
    plain, asked = runs.run("plain", repos), runs.run("asked", repos, syntax=True)
    assert plain["b.py"].kept
    assert (asked["b.py"].reason, asked["b.py"].survivor_path) == ("syntax_duplicate", "a.py")
    assert 0 < asked["b.py"].jaccard < 0.7
    assert all(asked[name].kept for name in ("a.py", "c.py", "note1.py", "note2.py"))
    _sound(asked)


@pytest.fixture
def two(make_repo: Callable[..., Any]) -> tuple[Path, Path]:
    """Give a repository, and one that has of its files a copy, another layout, a near copy, and something new."""
    one = {"a.py": prose(1), "b.py": prose(2), "c.py": prose(3)}
    two = {"d.py": prose(1), "e.py": prose(2).replace(" = ", "  =  "), "f.py": edited(prose(3), 1), "g.py": prose(4)}
    return make_repo("one", one).path, make_repo("two", two).path


@pytest.mark.parametrize(
    ("form", "index"), [("parquet", True), ("parquet", False), ("jsonl.zst", False), ("csv", False), ("json", False)]
)
def test_what_an_earlier_dataset_has_is_left_out(runs: Runs, two: tuple[Path, Path], form: str, *, index: bool) -> None:
    """By blob, by text, by exact Jaccard; each names the earlier row, with an index or without, in any format."""
    first = runs.run("first", {two[0]: 1}, form, index=index)
    assert (runs.folder / "first" / "index").exists() == index
    later = runs.run("later", {two[1]: 1}, against=str(runs.folder / "first"), normal=True)
    said = {path: (row.reason, row.survivor_path, row.survivor_row) for path, row in later.items()}
    assert said == {
        "d.py": ("earlier_duplicate", "a.py", -1),
        "e.py": ("earlier_duplicate", "b.py", -1),
        "f.py": ("earlier_duplicate", "c.py", -1),
        "g.py": ("", "", -1),
    }
    assert later["d.py"].survivor_blob == first["a.py"].blob
    assert 0.7 <= later["f.py"].jaccard < later["e.py"].jaccard == 1.0
    assert {row.survivor_repository for row in later.values() if not row.kept} == {first["a.py"].full_name}


def test_survivors_of_an_earlier_dataset_stay_where_that_is_asked_for(runs: Runs, two: tuple[Path, Path]) -> None:
    """A new repository with more stars takes every twin over, unless what the earlier dataset has wins."""
    before = runs.run("before", {two[0]: 1}, index=True)
    both = {two[0]: 1, two[1]: 9}
    freely = runs.run("freely", both)
    stable = runs.run("stable", both, against=str(runs.folder / "before"), stable=True)
    names = [path for path, row in before.items() if row.kept]
    assert names == ["a.py", "b.py", "c.py"]
    assert not any(freely[name].kept for name in names)
    assert all(stable[name].kept for name in names)
    assert stable["g.py"].kept
    _sound(stable)


def test_a_folder_that_is_no_dataset_is_refused(world: World, tmp_path: Path) -> None:
    """It is told when work is planned, with the setting that names it."""
    world.add("a/one", {"x.py": prose(1)})
    with pytest.raises(InvalidInput, match="is no dataset"):
        world.plan(dedup__against=str(tmp_path))


def test_a_damaged_dataset_is_told_as_such(world: World, tmp_path: Path) -> None:
    """A broken index, or data that is gone, is an error of input with the setting's name."""
    world.add("a/one", {"x.py": prose(1)})
    said = {
        "format": "codestrata-dataset/1",
        "digest": "0",
        "figures": {"files": 1, "kept": 1, "bytes": 1, "dropped": {}, "languages": [], "licences": []},
        "files": [],
        "inputs": {"settings": {}, "repositories": []},
    }
    (tmp_path / "old" / "index").mkdir(parents=True)
    (tmp_path / "old" / "manifest.json").write_text(json.dumps(said))
    with pytest.raises(InvalidInput, match="cannot be read"):
        world.decide(dedup__against=str(tmp_path / "old"))
    (tmp_path / "old" / "index" / "kept-00000-of-00001.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InvalidInput, match=r"cannot be read"):
        world.decide(dedup__against=str(tmp_path / "old"))


def test_another_dataset_in_the_same_folder_is_another_decision(runs: Runs, two: tuple[Path, Path]) -> None:
    """What a run is held against is looked at again: a plan is not remembered beyond a dataset's manifest."""
    against = str(runs.folder / "first")
    runs.run("first", {two[0]: 1})
    before = runs.run("later", {two[1]: 1}, against=against)
    runs.run("first", {two[1]: 1})
    after = runs.run("later", {two[1]: 1}, against=against)
    assert (before["g.py"].reason, after["g.py"].reason) == ("", "earlier_duplicate")
