"""Every recipe in every format loads where people load datasets, without a line of ours."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
import tarfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import RepoBuilder, git
from tests.export.verified.trying import sandbox

from codestrata import Workspace
from codestrata.export.amend.takedown import takedown
from codestrata.export.policy import Entry
from codestrata.export.shape.stage import HOMES
from codestrata.export.write.formats import FORMATS
from codestrata.settings import load

from .conftest import MIT, code, digests

RECIPES = ["pretrain", *HOMES]
FURTHER = [name for name in FORMATS if name != "parquet"]
#: What readers of lines, tables and arrays fall over.
ODD = {
    "quotes.py": 'SAID = "a, \\"b\\""\r\nOTHER = \'c, ""d""\'\r\n' + code(70),
    "letters.py": "# naïve 漢字 \U0001f600 \u2028 \u0085 end\n" + code(71),
    "NA.md": "NA\n",
    "null.py": "null = None\n" + code(72).replace("\n", "\r\n"),
    "tabs.py": code(73).replace("    ", "\t") + "\n\n\n",
    "version.py": "1\n" * 40,
}
DOCUMENTED = '''
def {name}(first, second):
    """Give the {name} of two numbers, as tables have it.

    Both are whole; the answer may be negative.
    """
    found = first * {n} + second
    if found > {n}:
        found -= second
    return found


@functools.lru_cache(maxsize={n})
def known_{name}(names):
    return [part.strip() for part in names if len(part) > {n}]
'''


@dataclass(frozen=True)
class Built:
    """Datasets by recipe, from one workspace."""

    folder: Path

    def out(self, recipe: str) -> Path:
        """Give a recipe's folder."""
        return self.folder / recipe

    def rows(self, recipe: str, split: str = "train") -> list[dict[str, Any]]:
        """Give the rows of a split, as the Parquet shards have them."""
        import pyarrow.parquet as pq

        files = sorted((self.out(recipe) / "data").glob(f"{split}-*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]


def _world(folder: Path) -> list[Path]:
    made = []
    for n in range(7):
        path = folder / f"r{n}.git"
        path.mkdir(parents=True)
        git(path, "init", "-q", "--bare", "-b", "main")
        repo = RepoBuilder(path)
        documented = "".join(DOCUMENTED.format(name=f"word{n}_{k}", n=17 * n + k) for k in range(5))
        files = {
            "LICENSE": MIT,
            "a.py": code(10 * n, 30),
            "b.py": code(10 * n + 1),
            "c.py": "import functools\n" + documented,
        }
        repo.commit(files | (ODD if n == 1 else {}), "first")
        repo.commit({"b.py": code(10 * n + 1) + f"\n\nLIMIT = {n}\n"}, "Add a limit to what is worked out")
        made.append(path)
    return made


def build(folder: Path, recipe: str, source: Path, workspace: str = "w", **engine: object) -> None:
    """Make the dataset of a recipe in all formats, in small shards, in three splits."""
    flags = {
        "engine.inline": True,
        "export.recipe": recipe,
        "export.write.also": FURTHER,
        "export.write.shard_mb": 1,
        "export.split.test": 0.3,
        "export.split.validation": 0.2,
        "export.quality.enabled": False,
        "export.verified.most": 4,
        "ingest.strategy": "full",
    }
    with Workspace(folder / workspace, load(None, {}, flags | engine)) as held:
        held.run(source, folder / recipe if workspace == "w" else folder / f"out-{workspace}" / recipe)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Have every recipe's dataset."""
    folder = tmp_path_factory.mktemp("loads")
    source = folder / "repos.csv"
    source.write_text("url\n" + "".join(f"{path.name}\n" for path in _world(folder)))
    for recipe in RECIPES:
        if recipe != "verified":
            build(folder, recipe, source)
    return Built(folder)


@pytest.fixture(scope="module")
def tried(built: Built, spans: Path) -> None:
    """Have the dataset of recipe verified, too: tasks of one repository, in splits by the day of their commits."""
    sandbox(built.folder)
    days = {"by": "time", "validation_from": "2024-04-25", "test_from": "2024-05-02", "validation": 0, "test": 0}
    build(built.folder, "verified", spans, **{f"export.split.{name}": said for name, said in days.items()})


@pytest.fixture(autouse=True)
def _rooms(request: pytest.FixtureRequest) -> None:
    """Have commits tried where a test is about them: their tests need a room to run in."""
    if "verified" in getattr(getattr(request.node, "callspec", None), "params", {}).values():
        request.getfixturevalue("tried")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let no loader look anywhere but here; gives a folder for caches."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    return tmp_path / "cache"


@pytest.mark.parametrize("recipe", RECIPES)
def test_there_are_rows_and_splits(built: Built, recipe: str) -> None:
    """Each recipe makes rows, in more than one split; where it is not by time, none has a repository of another."""
    said = json.loads((built.out(recipe) / "manifest.json").read_text())["figures"]
    assert len(said["rows"]) > 1
    found = {split: built.rows(recipe, split) for split in said["rows"]}
    assert {split: len(rows) for split, rows in found.items()} == said["rows"]
    whose = Counter(name for rows in found.values() for name in {row["repository"] for row in rows})
    assert set(whose.values()) == {3 if recipe == "verified" else 1}
    if recipe == "pretrain":
        assert set(ODD) - {row["path"] for row in found["train"]} == set()
    else:
        assert all(row["split"] == split for split, rows in found.items() for row in rows)


@pytest.mark.claim("A11")
@pytest.mark.claim("C14")
@pytest.mark.parametrize("recipe", RECIPES)
def test_datasets_loads_a_folder(built: Built, recipe: str, offline: Path) -> None:
    """``load_dataset(folder)`` knows splits and types by the card; each further format by its own folder."""
    import datasets

    want = built.rows(recipe)
    for name in FORMATS:
        folder = built.out(recipe) / ("" if name == "parquet" else name)
        loaded = datasets.load_dataset(str(folder), cache_dir=str(offline / name))
        assert set(loaded) == set(json.loads((built.out(recipe) / "manifest.json").read_text())["figures"]["rows"])
        rows = list(loaded["train"])
        assert [flat(row) for row in rows] == [plain(row) for row in want], name


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """Give a sample of a tar file as the row it is."""
    if "json" not in row:
        return plain(row)
    return plain({**({"text": row["txt"]} if "txt" in row else {}), **row["json"]})


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Give a row for comparing: names in order, single floats as near as they are."""
    return {name: round(row[name], 5) if isinstance(row[name], float) else row[name] for name in sorted(row)}


@pytest.mark.claim("A11")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # webdataset leaves files open
@pytest.mark.parametrize("recipe", RECIPES)
def test_the_code_in_the_card_runs(built: Built, recipe: str, offline: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line of the card for pandas, polars, DuckDB and WebDataset gives the rows, as it stands there."""
    monkeypatch.chdir(built.out(recipe))
    lines = re.findall(r"^rows = (.*)  # (\w+)$", Path("README.md").read_text(), re.MULTILINE)
    assert Counter(tool for _, tool in lines) == {"pandas": 5, "polars": 5, "duckdb": 5, "webdataset": 1}
    want = [row["source"] for row in built.rows(recipe)]
    names: dict[str, Any] = {}
    exec("\n".join(re.findall(r"^(?:import|from) .*$", Path("README.md").read_text(), re.MULTILINE)), names)
    for line, tool in lines:
        rows = eval(line, dict(names))
        if tool == "webdataset":
            found = [json.loads(sample["json"])["source"] for sample in rows]
        elif tool == "duckdb":
            found = [source for (source,) in rows.select("source").fetchall()]
        else:
            found = list(rows["source"])
        assert found == want, line


@pytest.mark.claim("A11")
@pytest.mark.parametrize("recipe", RECIPES)
def test_streaming_without_our_package(built: Built, recipe: str) -> None:
    """What Python and pyarrow have reads every format row by row, and all say the same, letter by letter."""
    out = built.out(recipe)
    want = [plain(row) for row in built.rows(recipe)]
    for name, rows in READERS.items():
        folder = out / ("data" if name == "parquet" else name)
        files = sorted(folder.glob(f"train-*{FORMATS[name].suffix}"))
        assert [plain(row) for row in chain.from_iterable(map(rows, files))] == want, name


def _parquet(file: Path) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(file).iter_batches(batch_size=3):
        yield from batch.to_pylist()


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open("rb") as handle:
        yield from map(json.loads, handle)


def _packed(file: Path) -> Iterator[dict[str, Any]]:
    import zstandard

    with zstandard.open(file, "rt", encoding="utf-8", newline="\n") as handle:
        yield from map(json.loads, handle)


def _array(file: Path) -> Iterator[dict[str, Any]]:
    yield from json.loads(file.read_text("utf-8"))


def _values(file: Path) -> Iterator[dict[str, Any]]:
    schema = json.loads((file.parents[1] / "schema.json").read_text())["properties"]
    turn = {"integer": int, "number": float, "boolean": "true".__eq__, "string": str}
    csv.field_size_limit(sys.maxsize)
    with file.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, strict=True):
            yield {name: turn[schema[name]["type"]](cell) for name, cell in row.items()}


def _samples(file: Path) -> Iterator[dict[str, Any]]:
    row: dict[str, Any] = {}
    key = ""
    with tarfile.open(file) as archive:
        for member in archive:
            assert (member.mtime, member.uid, member.gid, member.uname, member.mode) == (0, 0, 0, "", 0o644)
            assert re.fullmatch(r"[0-9a-f-]+\.(txt|json)", member.name)
            body = archive.extractfile(member).read().decode()
            if member.name.partition(".")[0] != key and row:
                yield row
                row = {}
            key = member.name.partition(".")[0]
            row |= {"text": body} if member.name.endswith(".txt") else json.loads(body)
    if row:
        yield row


READERS: dict[str, Callable[[Path], Iterator[dict[str, Any]]]] = {
    "parquet": _parquet,
    "jsonl": _lines,
    "jsonl.zst": _packed,
    "json": _array,
    "csv": _values,
    "webdataset": _samples,
}


@pytest.mark.claim("A11")
@pytest.mark.parametrize("recipe", RECIPES)
def test_rows_are_what_the_schema_says(built: Built, recipe: str) -> None:
    """schema.json holds for every row, and names the columns in the order of the files."""
    import jsonschema
    import pyarrow.parquet as pq

    schema = json.loads((built.out(recipe) / "schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    for file in sorted((built.out(recipe) / "jsonl").glob("*.jsonl")):
        for row in _lines(file):
            judge.validate(row)
    shard = next((built.out(recipe) / "data").glob("*.parquet"))
    assert pq.read_schema(shard).names == list(schema["properties"])


@pytest.mark.claim("C15")
@pytest.mark.parametrize("recipe", RECIPES)
def test_the_spdx_document_is_valid(built: Built, recipe: str) -> None:
    """The SPDX tools find nothing to say against it; every repository with rows is in it, and no other."""
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    document = parse_file(str(built.out(recipe) / "spdx.json"))
    assert validate_full_spdx_document(document) == []
    said = json.loads((built.out(recipe) / "manifest.json").read_text())["figures"]["rows"]
    whose = {row["repository"] for split in said for row in built.rows(recipe, split)}
    assert {package.name for package in document.packages[1:]} == whose
    assert {str(package.license_concluded) for package in document.packages} == {"MIT"}
    credits_ = re.findall(r"^## (.*)$", (built.out(recipe) / "ATTRIBUTION.md").read_text(), re.MULTILINE)
    assert set(credits_) == whose


@pytest.mark.claim("C14")
@pytest.mark.parametrize("recipe", RECIPES)
def test_the_croissant_document_is_whole(built: Built, recipe: str) -> None:
    """It has what the specification requires, every shard with size and SHA-256, every column of every split."""
    out = built.out(recipe)
    said = json.loads((out / "croissant.json").read_text())
    required = {"@context", "@type", "conformsTo", "name", "description", "license", "url", "datePublished"}
    assert required | {"distribution", "recordSet"} <= said.keys()
    assert (said["@type"], said["conformsTo"]) == ("sc:Dataset", "http://mlcommons.org/croissant/1.0")
    files = {f["contentUrl"]: f for f in said["distribution"] if f["@type"] == "cr:FileObject"}
    listed = {f["path"]: f for f in json.loads((out / "manifest.json").read_text())["files"]}
    assert set(files) == {path for path in listed if path.endswith(tuple(f.suffix for f in FORMATS.values()))} - {
        path for path in listed if path.startswith("removed/") or "/" not in path
    }
    for path, file in files.items():
        assert (file["sha256"], file["contentSize"]) == (listed[path]["sha256"], f"{listed[path]['bytes']} B")
    sets = {f["@id"]: f["includes"] for f in said["distribution"] if f["@type"] == "cr:FileSet"}
    columns = list(json.loads((out / "schema.json").read_text())["properties"])
    for records in said["recordSet"][1:]:
        assert [f["name"] for f in records["field"]] == columns
        for f in records["field"]:
            assert list(out.glob(sets[f["source"]["fileSet"]["@id"]]))
            assert f["source"]["extract"] == {"column": f["name"]}
    validated(out)


def validated(out: Path) -> None:
    """Ask the reference implementation (without SciPy, which it needs for ARFF files alone: pyproject.toml)."""
    assert not said_of(out / "croissant.json")


def said_of(file: Path) -> set[str]:
    """Give what mlcroissant calls wrong of a document; it raises where something is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its libraries warn of one another
        import mlcroissant

        try:
            issues = mlcroissant.Dataset(jsonld=str(file)).metadata.ctx.issues
        except mlcroissant.ValidationError as error:
            return {str(error)}
        return set(issues.errors)


def test_a_croissant_that_is_wrong_is_told(built: Built, tmp_path: Path) -> None:
    """The reference implementation is really asked: a field of files that are nowhere is refused."""
    said = json.loads((built.out("pretrain") / "croissant.json").read_text())
    said["recordSet"][1]["field"][0]["source"]["fileSet"]["@id"] = "nowhere"
    (tmp_path / "croissant.json").write_text(json.dumps(said))
    assert any('"nowhere"' in one for one in said_of(tmp_path / "croissant.json"))


@pytest.mark.claim("C15")
@pytest.mark.parametrize("recipe", ["pretrain", "instruct"])
def test_what_was_taken_down_loads(built: Built, recipe: str, offline: Path, tmp_path: Path) -> None:
    """After a takedown every format still loads by its folder, less the rows of who asked, and the documents hold."""
    import datasets

    out = tmp_path / "ds"
    shutil.copytree(built.out(recipe), out)
    assert takedown(out, Entry("r1")).rows
    for name in FORMATS:
        folder = out / ("" if name == "parquet" else name)
        loaded = datasets.load_dataset(str(folder), cache_dir=str(offline / name))
        names = {flat(row)["repository"] for split in loaded.values() for row in split}
        assert "r1" not in names
        assert {"r3", "r4"} <= names
    validated(out)


@pytest.mark.claim("C14")
def test_all_formats_are_the_same_bytes_again(built: Built) -> None:
    """A second workspace with two workers makes every file of every format again, byte for byte."""
    build(built.folder, "pretrain", built.folder / "repos.csv", "w2", **{"engine.inline": False, "engine.workers": 2})
    assert digests(built.folder / "out-w2" / "pretrain") == digests(built.out("pretrain"))
