"""strata dataset diff, optout, takedown, check-repo: datasets that are built already."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.conftest import MIT, World, code, digests
from tests.cli.calling import Strata
from tests.cli.test_dataset_recipes import RECIPE
from tests.conftest import RepoBuilder

from codestrata.cli import app
from codestrata.export.reading.dataset import Folder
from codestrata.export.reading.rows import create, load
from codestrata.export.write import manifest
from codestrata.store.tables import connect

DOCS = Path(__file__).parents[2] / "docs" / "datasets.md"
APACHE = "# SPDX-License-Identifier: Apache-2.0\n"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Build a dataset of one owner's tool and somebody else's, once; gives it, and the blobs of the tool by path."""
    folder, blobs = tmp_path_factory.mktemp("once"), {}
    files = {"LICENSE": MIT, "src/one.py": code(71), "src/two.py": APACHE + code(72)}
    for name, content in (("acme/tool", files), ("org/gamma", {"main.py": code(73)})):
        repo = RepoBuilder(folder / f"{name}.git")
        repo.path.mkdir(parents=True)
        repo.git("init", "-q", "--bare", "-b", "main")
        repo.commit(content)
        blobs |= {path: repo.git("rev-parse", f"main:{path}").decode().strip() for path in content}
    (folder / "repos.csv").write_text("path,name\nacme/tool.git,acme/tool\norg/gamma.git,org/gamma\n")
    (folder / "dataset.yaml").write_text(RECIPE)
    call = ["--log", "none", "-w", str(folder / "w"), "--set", "engine.inline=true", "dataset", "build"]
    assert app.call([*call, str(folder / "dataset.yaml"), "-o", str(folder / "dataset"), "--json"]) == 0
    return folder / "dataset", blobs


@pytest.fixture
def copied(once: tuple[Path, dict[str, str]], tmp_path: Path) -> Path:
    """Give a copy of that dataset, in ``tmp_path``."""
    shutil.copytree(once[0], tmp_path / "dataset")
    return tmp_path / "dataset"


@pytest.fixture
def owned(world: World, make_repo: Callable) -> World:
    """Add acme/tool to the world: a licence of its own, and nothing that is like anybody else's."""
    files = {"LICENSE": MIT.replace("Ada", "Grace"), "src/one.py": code(71), "src/two.py": APACHE + code(72)}
    world.repos["acme/tool"] = make_repo("acme/tool", files)
    text = "path,name\n" + "".join(f"{name}.git,{name if '/' in name else f'org/{name}'}\n" for name in world.repos)
    (world.folder / "repos.csv").write_text(text)
    (world.folder / "dataset.yaml").write_text(RECIPE)
    return world


ASKED = 'select repository, path, "commit", split, digest, licence from rows order by all'


def rows(out: Path) -> list[tuple[str, ...]]:
    """Give what every row of a dataset is of, and what is in it."""
    con = connect()
    Folder.at(out).load(con, "rows")
    return con.execute(ASKED).fetchall()


def sound(out: Path) -> dict:
    """Give a dataset's manifest, which lists every file as it is."""
    said = manifest.read(out)
    assert manifest.list_files(out) == said["files"]
    assert manifest.digest(said["files"]) == said["digest"]
    return said


ENDINGS = (".parquet", ".jsonl", ".jsonl.zst", ".json", ".csv", ".tar")
EVERY = {
    "export.write.also": "jsonl, jsonl.zst, json, csv, webdataset",
    "export.dedup.index": True,
    "export.dedup.tables": True,
}


def in_every_format(out: Path) -> list[list[tuple[str, ...]]]:
    """Give the rows of a dataset, as each format has them."""
    folder, found = Folder.at(out), []
    for ending in ENDINGS:
        con = connect()
        create(con, "rows")
        for shard in folder.shards:
            if shard.name.endswith(ending):
                load(con, "rows", shard, "data/train-0")
        found.append(con.execute(ASKED).fetchall())
    return found


def sections(out: Path) -> dict[str, str]:
    """Give the sections of a dataset's card by their titles."""
    return dict(part.split("\n", 1) for part in f"\n{(out / 'README.md').read_text()}".split("\n## "))


def test_a_takedown_is_what_a_fresh_build_is(owned: World, strata: Strata) -> None:
    """In every format the rows, who is owed credit and the counts are those of a build with the opt-out."""
    assert strata("dataset", "build", settings=EVERY).code == 0
    out, before = owned.folder / "dataset", digests(owned.folder / "dataset")
    whole = rows(out)
    assert ("acme/tool", "src/one.py") in [row[:2] for row in whole]
    assert in_every_format(out) == [whole] * len(ENDINGS)
    words = ["acme/*", "--reason", "asked", "--date", "2026-01-31", "--json"]
    done = strata("dataset", "takedown", "dataset", *words, workspace="no")
    assert (done.code, done.json["rows"], done.json["files"], len(done.json["shards"])) == (0, 2, 2, len(ENDINGS))
    assert not (owned.folder / "no").exists()
    said = sound(out)
    assert in_every_format(out) == [[row for row in whole if row[0] != "acme/tool"]] * len(ENDINGS)
    assert "acme" not in (out / "README.md").read_text()
    after = digests(out)
    papers = {"ATTRIBUTION.md", "NOTICES.txt", "README.md", "manifest.json", "LICENSES/Apache-2.0.txt"}
    papers |= {name for name in before if name.endswith("README.md") or name.startswith(("index/", "plots/"))}
    papers |= {name for name in before if name.endswith(".json") and "/" not in name}
    assert {name for name in before if before[name] != after.get(name)} <= {*done.json["shards"], *papers}
    assert strata("dataset", "build", "-o", "fresh", settings={**EVERY, "export.opt_out": "acme/*"}).code == 0
    fresh = owned.folder / "fresh"
    assert in_every_format(fresh) == in_every_format(out)
    for shard in Folder.at(out).shards:  # what stays keeps its bytes
        if shard.suffix != ".parquet":
            assert shard.read_bytes() == (fresh / shard.relative_to(out)).read_bytes()
    figures, wanted = said["figures"], manifest.read(fresh)["figures"]
    same = ("kept", "bytes", "languages", "licences", "rows", "text", "tokens")
    assert {name: figures[name] for name in same} == {name: wanted[name] for name in same}
    told, card = sections(out), sections(fresh)
    assert {name for name in card if card[name] != told[name]} <= {"", "What was left out", "Settings"}
    assert told.keys() - card.keys() == {"Taken down"}
    assert "| 2026-01-31 | asked | 2 | 2 |" in told["Taken down"]
    for name in ("index/*.parquet", "duplicates/pairs.parquet"):
        asked = f"select repository, path from '{{}}/{name}' order by all"
        assert connect().sql(asked.format(out)).fetchall() == connect().sql(asked.format(fresh)).fetchall()
    for name in ("ATTRIBUTION.md", "NOTICES.txt"):
        assert (out / name).read_bytes() == (fresh / name).read_bytes()


def test_a_tombstone_names_nobody_and_the_version_before(copied: Path, strata: Strata) -> None:
    """It says what, why, when as it was told, and what the dataset was called before; rows are hashes."""
    out, head = copied, {row[2] for row in rows(copied)}.pop()
    words = ["acme/*", "--reason", "asked", "--date", "2026-01-31", "--json"]
    done = strata("dataset", "takedown", "dataset", *words).json
    (stone,) = json.loads((out / "tombstones.json").read_text())["tombstones"]
    assert (stone["pattern"], stone["reason"], stone["date"], stone["rows"]) == ("acme/*", "asked", "2026-01-31", 2)
    assert stone["before"] == done["before"] != done["after"] == sound(out)["digest"]
    assert "after" not in stone
    assert hashlib.sha256(f"acme/tool@{head}:src/one.py".encode()).hexdigest() in stone["sources"]
    stubs = connect().execute(f"select repository, path, rule, value_text from '{out}/removed/taken-down-*.parquet'")
    assert stubs.fetchall() == [("acme/tool", f"src/{name}.py", "acme/*", "asked") for name in ("one", "two")]


def test_the_chain_of_versions(copied: Path, strata: Strata, tmp_path: Path) -> None:
    """By the script of the documentation alone: each version is called what the next tombstone says it was called.

    A row that came back, and another past, fail the gate.
    """
    (script,) = re.findall(r"```python\n(# versions\.py\n.*?)```", DOCS.read_text("utf-8"), re.DOTALL)

    def told(folder: Path) -> list[str]:
        ran = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True)
        return ran.stdout.split()

    versions = []
    for number, path in enumerate(("one", "two")):
        shutil.copytree(copied, tmp_path / f"v{number}")
        versions.append(strata("dataset", "takedown", "dataset", f"acme/tool:src/{path}.py", "--json").json)
    assert told(copied) == [versions[0]["before"], versions[1]["before"], versions[1]["after"]]
    assert versions[0]["after"] == versions[1]["before"]
    for number in (0, 1):
        assert told(tmp_path / f"v{number}") == told(copied)[: number + 1]
        judged = strata("dataset", "validate", "dataset", "--before", f"v{number}", "--json")
        assert {one["gate"]: one["state"] for one in judged.json["gates"]}["tombstones"] == "passed"
    past = copied / "tombstones.json"
    past.write_text(past.read_text().replace("src/one.py", "src/won.py"))
    assert subprocess.run([sys.executable, "-c", script, str(copied)], check=False, capture_output=True).returncode
    assert "its tombstones are not the first 1" in strata("dataset", "validate", "dataset", "--before", "v1").out


def test_what_was_taken_down_is_not_there_again(copied: Path, tmp_path: Path, strata: Strata) -> None:
    """The gate names a row whose hash a tombstone has."""
    shutil.copytree(copied, tmp_path / "whole")
    strata("dataset", "takedown", "dataset", "acme/tool:src/one.py")
    shutil.rmtree(copied / "data")
    shutil.copytree(tmp_path / "whole" / "data", copied / "data")
    judged = strata("dataset", "validate", "dataset", "--json")
    assert judged.code == 4
    (gate,) = (one for one in judged.json["gates"] if one["gate"] == "tombstones")
    assert [row.partition("@")[0] + row.partition(":")[2] for row in gate["rows"]] == [
        f"acme/toolsrc/one.py#{gate['rows'][0].rpartition('#')[2]}"
    ]


def test_a_takedown_by_path_and_by_blob(copied: Path, once: tuple[Path, dict[str, str]], strata: Strata) -> None:
    """One file goes, its repository stays; a second takedown adds a tombstone; a pattern nobody has changes nothing."""
    out = copied
    assert strata("dataset", "takedown", "dataset", "acme/tool:src/t*", "--json").json["rows"] == 1
    assert "- rows: 1" in (out / "ATTRIBUTION.md").read_text().partition("## acme/tool")[2]
    assert strata("dataset", "takedown", "dataset", once[1]["src/one.py"], "--json").json["rows"] == 1
    assert "acme/tool" not in {row[0] for row in rows(out)}
    assert len(json.loads((out / "tombstones.json").read_text())["tombstones"]) == 2
    sound(out)
    before = digests(out)
    ended = strata("dataset", "takedown", "dataset", "nobody/*")
    assert ended.out == "no row of dataset is covered by nobody/*: nothing was changed\n"
    assert digests(out) == before


def test_what_was_taken_down_stays_out(owned: World, strata: Strata) -> None:
    """Building again into the same folder, in whichever workspace, leaves out what was taken down there."""
    strata("dataset", "build")
    kept = [row for row in rows(owned.folder / "dataset") if row[0] != "acme/tool"]
    assert strata("dataset", "takedown", "dataset", "acme/tool", "--reason", "asked").code == 0
    assert strata("dataset", "build", workspace="w2").code == 0
    assert rows(owned.folder / "dataset") == kept
    listed = [{"pattern": "acme/tool", "reason": "asked"}]
    for workspace in ("w", "w2"):
        assert strata("dataset", "optout", "--json", workspace=workspace).json == listed


def test_a_dataset_of_an_older_version(copied: Path, strata: Strata) -> None:
    """Where the manifest has fewer settings and figures, and papers are missing, rows are found and taken out, too."""
    page = copied / "manifest.json"
    said = json.loads(page.read_text())
    said["inputs"]["settings"] = {"write": {"format": "parquet", "of_old": 1}}
    said["figures"] = {k: v for k, v in said["figures"].items() if k not in {"rows", "text", "tokens", "privacy"}}
    for name in ("validation.json", "croissant.json", "spdx.json", "schema.json"):
        (copied / name).unlink()
        said["files"] = [one for one in said["files"] if one["path"] != name]
    page.write_text(json.dumps(said))
    assert strata("dataset", "check-repo", "acme/tool", "-d", "dataset").code == 0
    assert strata("dataset", "takedown", "dataset", "acme/*", "--json").json["rows"] == 2
    assert sound(copied)["figures"]["kept"] == 0
    assert rows(copied) == []
    assert strata("dataset", "check-repo", "acme/tool", "-d", "dataset").code == 4


def test_an_interrupted_takedown_changes_nothing(copied: Path, strata: Strata, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle leaves the dataset as it was, and nothing beside it."""
    before = digests(copied)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("codestrata.export.amend.takedown.without", full)
    ended = strata("dataset", "takedown", "dataset", "acme/*")
    assert ended.code == 6
    assert ended.line("error:", "No space left")
    assert digests(copied) == before
    assert [p.name for p in copied.parent.iterdir()] == ["dataset"]


def test_a_damaged_shard_is_named(copied: Path, strata: Strata) -> None:
    """Commands that read a shard which is no longer one say which; exit code 6."""
    shard = next((copied / "data").iterdir())
    shard.write_bytes(shard.read_bytes()[: shard.stat().st_size // 2])
    for words in ("check-repo acme/tool -d dataset", "diff dataset dataset"):
        ended = strata("dataset", *words.split())
        assert ended.code == 6
        assert ended.line("error:", shard.name, "cannot be read")


def test_damage_does_not_pass_for_a_takedown(copied: Path, strata: Strata) -> None:
    """A shard that can be read, but is not the manifest's, is not written again under a hash of its own."""
    shard = next((copied / "data").glob("*.parquet"))
    connect().execute(f"copy (from '{shard}' order by source desc) to '{shard}.new' (format parquet)")
    Path(f"{shard}.new").replace(shard)
    before = digests(copied)
    ended = strata("dataset", "takedown", copied, "acme/*")
    assert ended.code == 6
    assert ended.line(f"data/{shard.name}", "is damaged")
    assert digests(copied) == before


def test_the_opt_out_list(owned: World, strata: Strata) -> None:
    """It is kept in the workspace, heeded by every later build, recipe or not, and can be taken back."""
    assert strata("dataset", "optout").out == "nobody is left out\n"
    assert strata("dataset", "optout", "add", "acme/*", "--reason", "asked\n us").code == 0
    assert "in the list already" in strata("dataset", "optout", "add", "acme/*").out
    assert strata("dataset", "optout", "add", "what").line("error: opt-out list", "is no opt-out entry")
    assert strata("dataset", "build", "--json").json["dataset"]["dropped"]["opt_out"] == 3
    strata("run", "repos.csv", "-o", "plain")
    assert "acme/tool" not in {row[0] for row in rows(owned.folder / "plain")}
    why = strata("dataset", "why", "acme/tool:src/one.py", "--json").json
    assert why["reason"] == "opt_out"
    assert strata("dataset", "optout", "remove", "acme/*").code == 0
    assert strata("dataset", "optout", "remove", "acme/*").line("error: acme/*", "is not in the list")
    assert "opt_out" not in strata("dataset", "build", "--json").json["dataset"]["dropped"]


def test_diff_is_symmetric(owned: World, strata: Strata) -> None:
    """What came on the way there goes on the way back, with the reason the other gives; in itself nothing does."""
    strata("dataset", "build", "-o", "a")
    owned.repos["acme/tool"].commit({"src/one.py": code(73)})
    other = {"export.dedup.level": "none", "export.files.languages": "Python", "export.opt_out": "org/beta"}
    strata("dataset", "build", "-o", "b", settings=other)
    there = strata("dataset", "diff", "a", "b", "--json", workspace="none").json
    back = strata("dataset", "diff", "b", "a", "--json").json
    assert there["totals"]["changed"]["after"]["rows"] == 1
    assert {name: one["rows"] for name, one in there["removed"].items()} == {"opt_out": 1}
    assert {name: one["rows"] for name, one in there["added"].items()} == {"exact_duplicate": 1}
    assert there["removed"] == back["added"]
    assert there["added"] == back["removed"]
    assert list(there["commits"]) == ["acme/tool"]
    assert there["settings"]["dedup.level"] == ["near", "none"]
    flipped = {"added": "removed", "removed": "added"}
    for name, one in there["totals"].items():
        assert one == {"before": back["totals"][flipped.get(name, name)]["after"], "after": back["totals"][
            flipped.get(name, name)]["before"]}  # fmt: skip
    assert there["same"] is False
    assert strata("dataset", "diff", "a", "a", "--json").json["same"] is True
    assert "the same rows in the same splits" in strata("dataset", "diff", "a", "a").out
    shown = strata("dataset", "diff", "a", "b").out
    assert "removed because" in shown


def test_diff_with_a_plan(owned: World, strata: Strata) -> None:
    """Against a recipe it says what building would change; built, that is what has changed."""
    strata("dataset", "build", "-o", "a")
    (owned.folder / "next.yaml").write_text(f"{RECIPE}dedup: {{level: exact}}\n")
    planned = strata("dataset", "diff", "a", "next.yaml", "--json").json
    assert planned["added"].keys() == {"near_duplicate"}
    assert not (owned.folder / "dataset").exists()
    strata("dataset", "build", "next.yaml", "-o", "b")
    built = strata("dataset", "diff", "a", "b", "--json").json
    for part in ("totals", "removed", "added", "languages"):
        assert planned[part] == built[part]


def test_check_repo(copied: Path, strata: Strata) -> None:
    """Rows, commits and licences of a repository, by any case of its name; exit code 4 and why where it has none."""
    heads = sorted({row[2] for row in rows(copied)})
    found = strata("dataset", "check-repo", "ACME/Tool", "-d", "dataset", "--json")
    assert found.code == 0
    assert (found.json["rows"], found.json["commits"]) == (2, heads)
    assert found.json["licences"] == ["Apache-2.0", "MIT"]
    gone = strata("dataset", "check-repo", "org/gamma", "--dataset", "dataset")
    assert gone.code == 4
    assert "no row, though the dataset was made from it" in gone.out
    assert "licence" in gone.out
    nobody = strata("dataset", "check-repo", "no/body", "-d", "dataset")
    assert (nobody.code, "not among the repositories" in nobody.out) == (4, True)
    assert strata("dataset", "check-repo", "no/body", "-d", "w3").line("error: w3", "there is no dataset here")
