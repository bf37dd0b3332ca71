"""Promise A10 for every recipe: a row is traced back, taken down in every shape, and moves with its input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.conftest import MIT, code, digests
from tests.cli.calling import Strata, command, finish, start
from tests.cli.test_dataset_standing import rows, sound

from codestrata.errors import StorageError
from codestrata.export.reading.dataset import Folder, row_at
from codestrata.export.reading.rows import COLUMNS
from codestrata.store.catalogue import Catalogue
from codestrata.store.layout import Layout
from codestrata.store.tables import connect

RECIPES = ["pretrain", "fim", "repo", "instruct", "commits", "patterns"]
DOCUMENTED = '''"""Words that belong together."""


class Words:
    """A bag of words that is counted."""

    def count(self, text, least=1):
        """Count the words of a text that occur at least so often."""
        found = {}
        for word in text.split():
            found[word] = found.get(word, 0) + 1
        return {word: n for word, n in found.items() if n >= least}
'''


@pytest.fixture
def sources(make_repo: Callable, tmp_path: Path) -> Path:
    """Give a list of two repositories, of which one has a history that asks for something."""
    tool = make_repo("acme/tool", {"LICENSE": MIT, "src/words.py": DOCUMENTED, "src/other.py": code(5)})
    tool.commit({"src/words.py": DOCUMENTED.replace("least=1", "least=2")}, "Count only words that occur twice")
    make_repo("org/lib", {"LICENSE": MIT, "lib.py": code(6)})
    (tmp_path / "repos.csv").write_text("path,name\nacme/tool.git,acme/tool\norg/lib.git,org/lib\n")
    return tmp_path / "repos.csv"


def recipe(folder: Path, kind: str) -> Path:
    """Write a recipe of a kind for the list."""
    file = folder / f"{kind}.yaml"
    history = "ingest: {strategy: full}\n" if kind == "commits" else ""
    levels = "analyze: {levels: [L1, L2]}\n" if kind == "patterns" else ""
    file.write_text(f"recipe: {kind}\nsources: [repos.csv]\nsplit: {{validation: 0, test: 0}}\n{history}{levels}")
    return file


@pytest.mark.claim("A10")
@pytest.mark.parametrize("kind", RECIPES)
def test_rows_of_every_recipe(sources: Path, strata: Strata, kind: str) -> None:
    """By its place in a shard and by its source a row is traced and every byte verified; another input, other rows.

    A takedown reaches it in whatever shape, and lineage says so afterwards.
    """
    folder, file = sources.parent, recipe(sources.parent, kind)
    assert strata("dataset", "build", file.name, "-o", "ds").code == 0
    ds = folder / "ds"
    whole, shard = rows(ds), Folder.at(ds).shards[0]
    assert {row[0] for row in whole} >= {"acme/tool"}
    by_place = strata("lineage", f"{shard}#0", "--json")
    source = row_at(shard, 0)["source"]
    by_source = strata("lineage", source, "-d", "ds", "--json")
    assert (by_place.code, by_source.code) == (0, 0)
    for chain in (by_place.json, by_source.json):
        checks = {name: value for step in chain.values() for name, value in step.items() if value == "verified"}
        assert chain["output row"]["file is the manifest's"] == "verified"
        assert len(checks) >= 3
        assert chain["input row"]["file"] == "repos.csv"
    before = Folder.at(ds).said["digest"]
    done = strata("dataset", "takedown", "ds", "acme/tool:src/words.py", "--json", workspace="no")
    assert done.code == 0
    assert done.json["rows"] >= 1
    sound(ds)
    left = rows(ds)
    assert len(left) == len(whole) - done.json["rows"]
    assert not [row for row in left if row[0] == "acme/tool" and "words.py" in row[1]]
    assert Folder.at(ds).said["digest"] != before
    counted(ds)
    if kind == "pretrain":
        told = strata("lineage", "acme/tool:src/words.py", "-d", "ds", "--json")
        assert (told.code, told.json["output row"]["taken down"]) == (0, "acme/tool:src/words.py")


def counted(out: Path) -> None:
    """Hold a manifest's figures against the rows that are there."""
    con, folder = connect(), Folder.at(out)
    folder.load(con, "rows", tuple(COLUMNS))
    figures, size = folder.said["figures"], "size" if folder.recipe == "pretrain" else "weight"
    for name in ("language", "licence"):
        asked = f"select {name}, count(*), sum({size})::bigint from rows group by 1 order by 3 desc, 1"
        assert figures[f"{name}s"] == [list(row) for row in con.execute(asked).fetchall()]
    text = "text_bytes" if folder.recipe == "pretrain" else "weight"
    asked = f"select split, count(*), coalesce(sum({text}), 0)::bigint from rows group by 1"
    found = {split: (rows, size) for split, rows, size in con.execute(asked).fetchall()}
    assert {split: (n, figures["text"][split]) for split, n in figures["rows"].items() if n} == found
    if folder.recipe != "pretrain" and figures["tokens"]:
        ((total,),) = con.execute("select coalesce(sum(tokens), 0)::bigint from rows").fetchall()
        assert figures["tokens"]["total"] == total


@pytest.mark.claim("A10")
def test_another_input_gives_another_hash(sources: Path, strata: Strata, make_repo: Callable) -> None:
    """One more line in one file changes the dataset's digest, that row and no other; one less cell of the list, too."""
    folder, file = sources.parent, recipe(sources.parent, "pretrain")
    first = strata("dataset", "build", file.name, "-o", "ds", "--json").json["dataset"]["digest"]
    make_repo("next", {"LICENSE": MIT, "src/words.py": DOCUMENTED + "\nMORE = 1\n", "src/other.py": code(5)})
    text = sources.read_text()
    sources.write_text(text.replace("acme/tool.git,", "next.git,"))
    second = strata("dataset", "build", file.name, "-o", "ds2", "--json").json["dataset"]["digest"]
    assert second != first
    told = strata("dataset", "diff", "ds", "ds2", "--json").json["totals"]
    assert (told["changed"]["after"]["rows"], told["added"]["after"]["rows"]) == (1, 0)
    sources.write_text("path,name,note\nacme/tool.git,acme/tool,a\norg/lib.git,org/lib,b\n")
    third = strata("dataset", "build", file.name, "-o", "ds3", "--json").json["dataset"]["digest"]
    assert third not in {first, second}
    assert json.loads((folder / "ds3" / "manifest.json").read_text())["inputs"]["repositories"][1]["row"]["columns"]


def test_an_interrupted_build_goes_on(sources: Path, strata: Strata) -> None:
    """Killed in the middle, the same command goes on to the bytes of a calm build; nothing finished is done again."""
    folder, file = sources.parent, recipe(sources.parent, "fim")
    assert strata("dataset", "build", file.name, "-o", "calm", workspace="other").code == 0
    total = _committed(folder / "other")
    arguments = command("dataset", "build", file.name, "-o", "ds", "-j", 1)
    process = start(arguments, folder)
    while _committed(folder / "w") < total // 2 and process.poll() is None:
        pass
    process.kill()
    process.communicate()
    assert process.returncode == -9
    assert not (folder / "ds").exists()
    ended = finish(start([*arguments, "--json"], folder))
    assert ended.code == 0
    assert sum(stage["already_done"] for stage in ended.json["stages"].values()) >= total // 2
    assert digests(folder / "ds") == digests(folder / "calm")


def _committed(workspace: Path) -> int:
    try:
        with Catalogue(Layout(workspace).catalogue, read_only=True) as catalogue:
            return len(catalogue.commits())
    except StorageError:
        return 0
