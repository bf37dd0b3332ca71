"""Datasets that are damaged, or of another version: told for what they are, by every command, and left as they are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import digests
from tests.cli.calling import Strata
from tests.cli.test_dataset_standing import copied, once

__all__ = ["copied", "once"]

COMMANDS = ("stats dataset", "validate dataset --quick", "check-repo acme/tool -d dataset", "diff dataset dataset")
ALL = (*COMMANDS, "takedown dataset acme/*")


def changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a dataset's manifest."""
    page = folder / "manifest.json"
    said = json.loads(page.read_text())
    change(said)
    page.write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, "manifest.json cannot be read: Expecting"),
        (lambda said: said["figures"].pop("kept"), "manifest.json lacks figures.kept"),
        (lambda said: said.pop("inputs"), "manifest.json lacks inputs"),
        (lambda said: said.update(format="mine/1"), "is not of the format codestrata-dataset/2"),
        (lambda said: said.update(format="codestrata-dataset/9"), "was written by a newer codestrata"),
    ],
)
def test_a_manifest_that_is_none(
    copied: Path, strata: Strata, change: Callable[[dict[str, Any]], object] | None, said: str
) -> None:
    """Exit code 2 with what is wrong with it; nothing is written."""
    if change is None:
        (copied / "manifest.json").write_text("{")
    else:
        changed(copied, change)
    before = digests(copied)
    for words in ALL:
        ended = strata("dataset", *words.split())
        assert ended.code == 2, words
        assert said in ended.line("error: dataset: ")
    assert digests(copied) == before


def test_values_of_another_version_are_passed_over(copied: Path, strata: Strata) -> None:
    """A setting that this version does not know, a value that it has no more, no setting: rows are still read."""
    changed(copied, lambda said: said["inputs"]["settings"]["quality"].update(profile="of_old", more=1))
    for words in ALL:
        assert strata("dataset", *words.split()).code in {0, 4}, words
    changed(copied, lambda said: said["inputs"].update(settings={}))
    for words in COMMANDS:
        assert strata("dataset", *words.split(), "--json").code in {0, 4}, words


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("ATTRIBUTION.md", "ATTRIBUTION.md: is missing, and the manifest names it"),
        ("schema.json", "schema.json: is damaged: Expecting"),
        ("spdx.json", "spdx.json: is damaged: Expecting"),
        ("tombstones.json", "tombstones.json: is damaged: nobody can tell what was taken down"),
    ],
)
def test_papers_that_are_damaged_stop_a_takedown(copied: Path, strata: Strata, file: str, said: str) -> None:
    """Exit code 6, which file and what to do; the dataset is as it was."""
    if file.endswith(".md"):
        (copied / file).unlink()
    else:
        (copied / file).write_text("{")
    before = digests(copied)
    ended = strata("dataset", "takedown", "dataset", "acme/*")
    assert ended.code == 6
    assert said in ended.line("error: ")
    assert digests(copied) == before
    assert strata("dataset", "validate", "dataset", "--quick").code == 4
    assert [p.name for p in copied.parent.iterdir()] == ["dataset"]


def test_a_build_does_not_forget_who_was_taken_down(copied: Path, once: tuple[Path, Any], strata: Strata) -> None:
    """Where the tombstones cannot be read, building into that folder is refused: somebody would come back."""
    for name in ("acme", "org"):
        shutil.copytree(once[0].parent / name, copied.parent / name)
    for name in ("repos.csv", "dataset.yaml"):
        shutil.copy(once[0].parent / name, copied.parent / name)
    strata("dataset", "takedown", "dataset", "acme/*", workspace="no")
    (copied / "tombstones.json").write_text('{"tombstones": [{}]}')
    ended = strata("dataset", "build")
    assert ended.code == 6
    assert ended.line("error: dataset/tombstones.json: is damaged", "build into another folder")
