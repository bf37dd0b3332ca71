"""C19: every gate refuses the dataset that is wrong in its way, and names the row; a sound one passes all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.acceptance.conftest import MIT, code
from tests.cli.calling import Strata
from tests.cli.calling import strata as strata  # noqa: PLC0414 -- a fixture

from codestrata import Workspace
from codestrata.errors import GateFailed
from codestrata.export.reading.dataset import Folder
from codestrata.export.validate.check import Wanted, validate
from codestrata.export.validate.judgement import Report
from codestrata.export.write import manifest
from codestrata.settings import load
from codestrata.workspace.dataset.validated import validate as with_trees

Row = dict[str, Any]
SECRET = "gh" + "p_" + "A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6S7t8"
SETTINGS = {
    "engine.inline": True,
    "export.split.by": "repository",
    "export.split.test": 0.5,
    "export.split.seed": 18,
    "export.gates.texts": True,
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, make_repo_in: Callable[..., Any]) -> Path:
    """Build a dataset of four repositories in two splits."""
    folder = tmp_path_factory.mktemp("gates")
    for k in range(4):
        files = {"LICENSE": MIT, "a.py": code(10 * k), "b.py": code(10 * k + 1), "c.md": f"# {k}\n\nWords {code(k)}"}
        make_repo_in(folder, f"o/r{k}", files)
    (folder / "list.csv").write_text("path,name\n" + "".join(f"o/r{k}.git,o/r{k}\n" for k in range(4)), "utf-8")
    with Workspace(folder / "w", load(flags=SETTINGS)) as workspace:
        workspace.run(folder / "list.csv", folder / "d")
    return folder / "d"


@pytest.fixture(scope="module")
def make_repo_in() -> Callable[..., Any]:
    """Give the maker of bare repositories."""
    from tests.conftest import RepoBuilder, git

    def make(folder: Path, name: str, files: dict[str, str]) -> None:
        path = folder / f"{name}.git"
        path.mkdir(parents=True)
        git(path, "init", "-q", "--bare", "-b", "main")
        RepoBuilder(path).commit(files)

    return make


def rows_of(folder: Path, split: str = "train") -> tuple[Path, list[Row], pa.Schema]:
    """Read the first shard of a split."""
    (path,) = (folder / "data").glob(f"{split}-*.parquet")
    table = pq.read_table(path)
    return path, table.to_pylist(), table.schema


def changed(sound: Path, folder: Path, change: Callable[[list[Row]], list[Row]]) -> Path:
    """Copy a dataset with the rows of its train split changed, and a manifest that knows of it."""
    shutil.copytree(sound, folder)
    path, rows, schema = rows_of(folder)
    path.unlink()
    pq.write_table(pa.Table.from_pylist(change(rows), schema), path)
    said = manifest.read(folder)
    manifest.write(folder, {"inputs": said["inputs"], "figures": said["figures"]})
    return folder


def failing(report: Report) -> dict[str, str]:
    """Give the gates that fail, each with the first row it names."""
    return {one.gate: one.rows[0] for one in report.failed}


def first(rows: list[Row], **cells: Any) -> list[Row]:
    """Change the first row."""
    return [{**rows[0], **cells}, *rows[1:]]


def test_a_sound_dataset_passes(sound: Path) -> None:
    """Every gate, with the texts read and parsed; two splits are there."""
    report = with_trees(sound)
    assert not report.failed
    states = {one.gate: one.state for one in report.judgements}
    assert states == {
        **dict.fromkeys(("files", "readable", "schema", "counts", "complete", "licences", "duplicates"), "passed"),
        **dict.fromkeys(("leakage", "attribution", "bytes", "parse_rate"), "passed"),
        **dict.fromkeys(("drift", "secrets", "contamination"), "skipped"),
    }
    assert set(Folder.at(sound).said["figures"]["rows"]) == {"train", "test"}


CHANGES: dict[str, Callable[[list[Row]], list[Row]]] = {
    "counts": lambda rows: rows[1:],
    "complete": lambda rows: first(rows, source=""),
    "licences": lambda rows: first(rows, licence="GPL-3.0-only"),
    "duplicates": lambda rows: [*rows[:-1], {**rows[-1], **{n: rows[0][n] for n in ("text", "sha256", "blob")}}],
    "bytes": lambda rows: first(rows, text=rows[0]["text"] + "\n"),
    "attribution": lambda rows: first(rows, repository="o/nobody"),
}


@pytest.mark.claim("C19")
@pytest.mark.parametrize("gate", CHANGES)
def test_a_gate_refuses_what_is_wrong_in_its_way(sound: Path, tmp_path: Path, gate: str) -> None:
    """It alone fails (a licence that nobody counted on has no text, either), and names the row."""
    _, rows, _ = rows_of(sound)
    report = validate(changed(sound, tmp_path / "d", CHANGES[gate]), Wanted())
    assert list(failing(report)) == [gate, *(["attribution"] if gate == "licences" else [])]
    named = {"counts": "split train", "complete": "data/train", "attribution": "o/nobody"}
    assert failing(report)[gate].startswith(named.get(gate, rows[0]["source"]))


@pytest.mark.claim("C19")
def test_a_row_in_two_splits_is_a_leak(sound: Path, tmp_path: Path) -> None:
    """By its content, by its blob, or by its repository."""
    _, other, _ = rows_of(sound, "test")
    for name in ("sha256", "blob", "repository"):
        folder = changed(sound, tmp_path / name, lambda rows: first(rows, **{name: other[0][name]}))  # noqa: B023
        assert "leakage" in failing(validate(folder, Wanted(texts=False)))


@pytest.mark.claim("C19")
def test_a_corrupted_shard_is_named(sound: Path, tmp_path: Path) -> None:
    """By its hash, and because nobody can read it."""
    shutil.copytree(sound, tmp_path / "d")
    path, _, _ = rows_of(tmp_path / "d")
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(whole[: len(whole) // 2])
    report = validate(tmp_path / "d", Wanted())
    assert set(failing(report)) >= {"files", "readable", "counts"}
    assert failing(report)["readable"].startswith(f"data/{path.name}")
    path.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
    assert failing(validate(tmp_path / "d", Wanted(texts=False)))["files"].startswith(f"data/{path.name}")


def test_columns_are_those_of_the_schema(sound: Path, tmp_path: Path) -> None:
    """One that is missing, one too many, one of another kind; those of a pipeline may be there."""
    for change, told in (
        (lambda t: t.drop_columns(["encoding"]), "column encoding is missing"),
        (lambda t: t.append_column("extra", t["path"]), "column extra is not in the schema"),
        (lambda t: t.set_column(t.schema.get_field_index("lines"), "lines", t["path"]), "column lines is VARCHAR"),
        (lambda t: t.append_column("ci_builds", t["vendored"]), ""),
    ):
        folder = tmp_path / (told or "fine")
        shutil.copytree(sound, folder)
        path, _, _ = rows_of(folder)
        table = pq.read_table(path)
        path.unlink()
        pq.write_table(change(table), path)
        assert told in failing(validate(folder, Wanted(texts=False))).get("schema", "")


def test_a_secret_that_was_to_be_replaced(sound: Path, tmp_path: Path) -> None:
    """The settings in the manifest say what must not be there."""
    folder = changed(sound, tmp_path / "d", lambda rows: first(rows, text=f'KEY = "{SECRET}"\n'))
    assert "secrets" not in failing(validate(folder, Wanted()))
    said = manifest.read(folder)
    said["inputs"]["settings"]["privacy"]["secrets"] = "redact"
    manifest.write(folder, {"inputs": said["inputs"], "figures": said["figures"]})
    assert "token" in failing(validate(folder, Wanted()))["secrets"]


def test_texts_that_do_not_parse(sound: Path, tmp_path: Path) -> None:
    """As many as are allowed, and no more."""
    folder = changed(sound, tmp_path / "d", lambda rows: first(rows, text="def (:\n", language="Python"))
    said = manifest.read(folder)
    said["inputs"]["settings"]["gates"]["parse_rate"] = 0.99
    manifest.write(folder, {"inputs": said["inputs"], "figures": said["figures"]})
    assert "Python with errors" in failing(with_trees(folder))["parse_rate"]


def test_drift_against_the_version_before(sound: Path, tmp_path: Path) -> None:
    """A language whose share moves by more than is allowed."""
    shutil.copytree(sound, tmp_path / "d")
    said = manifest.read(tmp_path / "d")
    said["inputs"]["settings"]["gates"]["drift"] = 0.05
    said["figures"]["languages"] = [["Python", 10, 900], ["Go", 10, 100]]
    manifest.write(tmp_path / "d", {"inputs": said["inputs"], "figures": said["figures"]})
    assert failing(validate(tmp_path / "d", Wanted(texts=False), sound))["drift"].startswith("Go: 0.0% → 10.0%")
    assert not validate(sound, Wanted(texts=False), sound).failed


@pytest.mark.claim("C19")
def test_the_export_is_refused_and_the_old_one_stays(sound: Path, tmp_path: Path) -> None:
    """Nothing is published; --force publishes, and card and manifest tell it."""
    shutil.copytree(sound.parent, tmp_path / "all")
    folder = tmp_path / "all"
    before = manifest.read(folder / "d")["digest"]
    strict = {**SETTINGS, "export.gates.least_rows": 10_000}
    with Workspace(folder / "w", load(flags=strict)) as workspace, pytest.raises(GateFailed, match="counts: rows are"):
        workspace.run(folder / "list.csv", folder / "d")
    assert manifest.read(folder / "d")["digest"] == before
    with Workspace(folder / "w", load(flags={**strict, "export.gates.force": True})) as workspace:
        workspace.run(folder / "list.csv", folder / "d")
    assert "did not pass every check" in (folder / "d" / "README.md").read_text()
    assert manifest.read(folder / "d")["figures"]["forced"]["failed"]


@pytest.mark.claim("C19")
def test_from_the_command_line(sound: Path, tmp_path: Path, strata: Strata) -> None:
    """Exit code 0 or 4; the rows that fail are named, as JSON all of them."""
    good = strata("dataset", "validate", sound)
    assert good.code == 0
    assert "leakage" in good.out
    folder = changed(sound, tmp_path / "bad", CHANGES["licences"])
    bad = strata("dataset", "validate", folder, "--quick", "--json")
    assert bad.code == 4
    gate, _ = [one for one in json.loads(bad.out)["gates"] if one["state"] == "failed"]
    assert (gate["gate"], gate["failing"]) == ("licences", 1)
    assert strata("dataset", "validate", tmp_path).code == 2
