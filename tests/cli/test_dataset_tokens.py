"""One figure of tokens: plan, what-if, diff, stats, why, the rows, the manifest and the card all tell the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.acceptance.conftest import World
from tests.cli.calling import Strata
from tests.cli.test_dataset_recipes import RECIPE, written

from codestrata.export.tokens.counter import counter, digest_of


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    """Make a tokenizer.json that makes a token of every letter and of every run of white space."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    made = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    made.save(str(tmp_path / "letters.json"))
    return tmp_path / "letters.json"


def _rows(folder: Path) -> list[tuple[str, int]]:
    return duckdb.sql(f"select text, tokens from '{folder}/data/*.parquet'").fetchall()


def _figures(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "manifest.json").read_text())["figures"]["tokens"]
    return told


def test_without_a_tokenizer_all_tell_the_estimate(world: World, strata: Strata) -> None:
    """Everybody's figure is the sum of the rows' column; wherever people read it, it says that it is an estimate."""
    written(world, RECIPE)
    planned = strata("dataset", "plan", "--json").json
    assert strata("dataset", "build").code == 0
    folder = world.folder / "dataset"
    total = sum(tokens for _, tokens in _rows(folder))
    told = _figures(folder)
    assert (told["by"], told["total"]) == ("estimate", total)
    assert planned["kept"]["tokens"] == total > 0
    what_if = ("dataset", "set", "quality.max_line=900", "--what-if")
    assert strata(*what_if, "--json").json["before"]["tokens"] == total
    stats = strata("dataset", "stats", folder, "--json").json
    assert (stats["total"]["tokens"], stats["tokens_by"]) == (total, "estimate")
    against = strata("dataset", "diff", folder, "dataset.yaml", "--json").json
    assert {against["totals"]["all"][side]["tokens"] for side in ("before", "after")} == {total}
    shown = [
        strata("dataset", "plan").out,
        strata(*what_if).out,
        strata("dataset", "stats", folder, "--html", world.folder / "page.html").out,
        (world.folder / "page.html").read_text(),
        strata("dataset", "diff", folder, "dataset.yaml").out,
        strata("dataset", "why", "beta:lib/base_again.py").out,
        strata("lineage", "beta:lib/base_again.py").out,
        (folder / "README.md").read_text(),
    ]
    assert all("≈ tokens" in one or f"≈ {total:,} tokens" in one for one in shown)


def test_with_a_tokenizer_all_tell_its_count(world: World, strata: Strata, tokenizer: Path) -> None:
    """The rows have what the tokenizer makes of each text; once it counted, a plan's kept figure is the card's."""
    written(world, RECIPE + "tokens: {tokenizer: letters.json}\n")
    before = strata("dataset", "plan", "--json").json["kept"]["tokens"]
    assert strata("dataset", "build").code == 0
    folder = world.folder / "dataset"
    rows, told = _rows(folder), _figures(folder)
    made = counter(str(tokenizer), digest_of(str(tokenizer)))
    assert [tokens for _, tokens in rows] == made.count([text.encode() for text, _ in rows], [""] * len(rows)).tolist()
    total = sum(tokens for _, tokens in rows)
    assert (told["by"], told["total"]) == ("letters.json", total)
    assert total != before
    planned = strata("dataset", "plan", "--json").json
    assert planned["kept"]["tokens"] == total
    assert sum(one["tokens"] for one in planned["languages"].values()) == total
    assert strata("dataset", "set", "quality.max_line=900", "--what-if", "--json").json["before"]["tokens"] == total
    assert f"\n{total:,} tokens (letters.json)" in (folder / "README.md").read_text()
    assert f", {total:,} tokens\n" in strata("dataset", "stats", folder).out
    life = strata("dataset", "why", "beta:lib/base_again.py", "--json").json["place"]
    (text,) = (text for text, count in rows if count == life["tokens"])
    assert (len(text), life["tokens_by"]) == (life["size"], "letters.json")
    gone = strata("dataset", "why", "alpha:src/base.py", "--json").json["place"]
    assert gone["tokens_by"] == "estimate"


def test_a_dataset_of_an_older_version_says_words(world: World, strata: Strata) -> None:
    """Where column tokens had words and marks, nobody calls them tokens."""
    written(world, RECIPE)
    strata("dataset", "build")
    file = world.folder / "dataset" / "manifest.json"
    said = json.loads(file.read_text())
    del said["figures"]["tokens"]["rows"]
    file.write_text(json.dumps(said))
    told = strata("dataset", "stats", "dataset")
    assert "words\n" in told.out
    assert "tokens" not in told.out
    assert strata("dataset", "diff", "dataset", "dataset.yaml", "--json").json["a"]["tokens_by"] == "words"
