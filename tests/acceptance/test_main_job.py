"""From a list of repositories to a licensed, deduplicated dataset."""

from __future__ import annotations

import json

import duckdb
import pytest

from codestrata import Workspace
from codestrata.errors import InvalidInput, NothingDone
from codestrata.export.decide.schema import DECISIONS
from codestrata.model.spdx import licence_text
from codestrata.settings import load

from .conftest import MIT, code, digests


def rows(folder) -> list[dict]:
    """Read the dataset's rows."""
    found = duckdb.sql(f"select * from '{folder}/data/*.parquet'")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def removed(folder) -> dict[str, dict]:
    """Read the stubs: repository:path → row."""
    found = duckdb.sql(f"select * from '{folder}/removed/*.parquet'")
    listed = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return {f"{r['repository']}:{r['path']}": r for r in listed}


def test_the_whole_way(world):
    """Permissive files are kept once, everything else is a stub with its reason."""
    report = world.run()
    assert report.exit_code == 0
    kept = {f"{r['repository']}:{r['path']}" for r in rows(world.folder / "dataset")}
    gone = removed(world.folder / "dataset")
    twins = {"alpha:src/base.py", "beta:lib/base_again.py"}
    assert len(kept & twins) == 1
    assert len(kept & {"alpha:src/other.py", "alpha:src/copy_of_other.py"}) == 1
    assert "beta:lib/third.py" in kept
    assert len(kept) == 3
    assert gone["alpha:logo.png"]["reason"] == "binary"
    assert gone["alpha:node_modules/x/index.js"]["reason"] == "vendored"
    assert gone["alpha:long.py"]["reason"].startswith("quality.")
    assert gone["gamma:main.py"]["reason"] == "licence"
    files = sum(len(r.git("ls-tree", "-r", "HEAD").splitlines()) for r in world.repos.values())
    assert len(kept) + len(gone) == files == report.files


@pytest.mark.claim("C16")
def test_duplicates_name_a_kept_twin(world):
    """A removed duplicate has a kept twin with the exact Jaccard beside it; one of each pair stays."""
    world.run()
    kept = {(r["repository"], r["path"]) for r in rows(world.folder / "dataset")}
    gone = removed(world.folder / "dataset")
    near = [r for r in gone.values() if r["reason"] == "near_duplicate"]
    exact = [r for r in gone.values() if r["reason"] == "exact_duplicate"]
    assert len(near) == 1
    assert len(exact) == 1
    for row in near + exact:
        assert (row["survivor_repository"], row["survivor_path"]) in kept
        assert row["jaccard"] >= 0.7
    assert near[0]["jaccard"] < 1


@pytest.mark.claim("C15")
def test_each_row_resolves_to_its_exact_bytes(world):
    """The blob id of a row is the object at its path and commit, and its text is those bytes."""
    world.run()
    for row in rows(world.folder / "dataset"):
        repo = world.repos[row["repository"]]
        listed = repo.git("ls-tree", row["commit"], "--", row["path"]).decode()
        assert row["blob"] in listed
        assert repo.git("cat-file", "blob", row["blob"]).decode() == row["text"]
        assert row["source"].startswith(f"{row['repository']}@{row['commit']}:{row['path']}#L1-L")


@pytest.mark.claim("C15")
def test_file_over_directory_over_repository(world, make_repo):
    """A header counts before the licence of the folder, that before the root's; both sides of an expression count."""
    files = {
        "COPYING": licence_text("GPL-3.0-only"),
        "a.py": code(50),
        "own/LICENSE": MIT,
        "own/b.py": code(51),
        "own/deep/c.py": code(52),
        "own/d.py": "# SPDX-License-Identifier: GPL-2.0-only\n" + code(53),
        "e.py": "# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only\n" + code(54),
        "f.py": "# SPDX-License-Identifier: Apache-2.0 AND GPL-2.0-only\n" + code(55),
        "g.py": "# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n" + code(56),
    }
    world.repos["delta"] = make_repo("delta", files)
    world.run()
    kept = {r["path"]: r["licence"] for r in rows(world.folder / "dataset") if r["repository"] == "delta"}
    assert kept == {
        "e.py": "Apache-2.0 OR GPL-2.0-only",
        "g.py": "Apache-2.0 WITH LLVM-exception",
        "own/b.py": "MIT",
        "own/deep/c.py": "MIT",
    }
    world.run(export__licences__policy="copyleft")
    names = {r["path"] for r in rows(world.folder / "dataset") if r["repository"] == "delta"}
    assert names >= {"a.py", "own/b.py", "own/d.py", "f.py"}


@pytest.mark.claim("C15")
def test_attribution_and_licence_texts(world):
    """Who is owed credit is named, with the copyright line and the licence's text."""
    world.run()
    out = world.folder / "dataset"
    text = (out / "ATTRIBUTION.md").read_text()
    assert "alpha" in text
    assert "Copyright (c) 2024 Ada Example" in text
    assert "gamma" not in text
    assert MIT.strip() in (out / "NOTICES.txt").read_text()
    assert (out / "LICENSES" / "MIT.txt").exists()


@pytest.mark.claim("C14")
def test_a_second_run_is_byte_identical_and_does_nothing(world):
    """Running again gives the same files; no stage has anything to do."""
    world.run()
    before = digests(world.folder / "dataset")
    report = world.run()
    assert digests(world.folder / "dataset") == before
    assert [s.done for s in report.stages] == [0] * len(report.stages)
    world.run(workspace="w2", out="dataset2")
    assert digests(world.folder / "dataset2") == before


def test_workers_give_the_same_bytes(world):
    """One process, one worker, two workers: identical datasets."""
    world.run()
    want = digests(world.folder / "dataset")
    for workers in (1, 2):
        out = f"dataset{workers}"
        world.run(workspace=f"w{workers}", out=out, engine__inline=False, engine__workers=workers)
        assert digests(world.folder / out) == want


def test_incremental_equals_full(world):
    """After new commits, building on the old workspace gives the bytes of a full build."""
    world.run()
    world.repos["beta"].commit({"lib/third.py": code(3) + "\nNEW = 1\n", "lib/fourth.py": code(5)}, "more")
    world.repos["alpha"].commit({"src/base.py": None, "src/added.py": code(6)}, "less")
    report = world.run()
    assert any(s.skipped for s in report.stages)
    world.run(workspace="fresh", out="full")
    assert digests(world.folder / "dataset") == digests(world.folder / "full")


@pytest.mark.claim("A10")
def test_lineage_is_verified(world):
    """A kept row's chain ends in its output row with every check good; a dropped one's in its reason."""
    world.run()
    with Workspace(world.folder / "w") as workspace:
        row = rows(world.folder / "dataset")[0]
        for name in (f"{row['repository']}:{row['path']}", row["source"]):
            chain = workspace.lineage(name)
            assert chain.verified
            assert next(iter(chain.steps)) == "input row"
            assert chain.steps["blob"]["blob"] == row["blob"]
            assert chain.steps["output row"]["row"] == 0
        shard = next((world.folder / "dataset" / "data").iterdir())
        assert workspace.lineage(f"{shard}#0").steps["blob"]["blob"] == row["blob"]
        dropped = next(k for k, r in removed(world.folder / "dataset").items() if r["reason"] == "near_duplicate")
        assert workspace.lineage(dropped).steps["decision"]["reason"] == "near_duplicate"
        with pytest.raises(InvalidInput, match="no file"):
            workspace.lineage(f"{row['repository']}:nothing.py")


@pytest.mark.claim("A10")
def test_a_corrupted_shard_is_noticed(world):
    """When a shard is changed by hand, the chain no longer verifies; the next run repairs it."""
    world.run()
    before = digests(world.folder / "dataset")
    row = rows(world.folder / "dataset")[0]
    shard = next((world.folder / "dataset" / "data").iterdir())
    with shard.open("ab") as handle:
        handle.write(b"x")
    world.run()
    assert digests(world.folder / "dataset") == before
    data = json.loads((world.folder / "dataset" / "manifest.json").read_text())
    data["files"] = [f | {"sha256": "0" * 64} if f["path"].startswith("data/") else f for f in data["files"]]
    (world.folder / "dataset" / "manifest.json").write_text(json.dumps(data))
    with Workspace(world.folder / "w") as workspace:
        assert not workspace.lineage(f"{row['repository']}:{row['path']}").verified


@pytest.mark.claim("A10")
def test_a_changed_input_changes_the_hash(world):
    """The dataset's digest follows its inputs."""
    first = world.run().dataset.digest
    world.repos["alpha"].commit({"src/other.py": code(7)}, "changed")
    assert world.run().dataset.digest != first


@pytest.mark.claim("A11")
def test_the_dataset_loads_everywhere(world):
    """pandas, polars, DuckDB and datasets read the shards and agree."""
    import datasets
    import pandas as pd
    import polars as pl

    world.run()
    folder = world.folder / "dataset" / "data"
    want = [r["text"] for r in rows(world.folder / "dataset")]
    files = sorted(map(str, folder.iterdir()))
    assert list(pd.concat(pd.read_parquet(f) for f in files)["text"]) == want
    assert pl.read_parquet(files)["text"].to_list() == want
    cache = str(world.folder / "cache")
    loaded = datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=cache)
    assert list(loaded["text"]) == want


@pytest.mark.claim("C14")
@pytest.mark.parametrize("kind", ["jsonl", "jsonl.zst"])
def test_json_lines_hold_the_same_rows(world, kind):
    """JSON Lines, plain or compressed, have the rows of the Parquet shards."""
    world.run()
    want = rows(world.folder / "dataset")
    report = world.run(out="json", export__write__format=kind)
    found = duckdb.sql(f"select * from read_json('{world.folder}/json/data/*.{kind}')").fetchdf()
    assert list(found["text"]) == [r["text"] for r in want]
    assert list(found["blob"]) == [r["blob"] for r in want]
    again = [s.done for s in report.stages if not s.stage.startswith("export")]
    assert again == [0] * len(again)


def test_thresholds_change_without_analysing_again(world):
    """Another licence policy decides again and re-reads nothing but what it adds."""
    world.run()
    report = world.run(export__licences__classes="permissive, copyleft")
    assert {s.stage: s.done for s in report.stages if s.stage in {"ingest", "analyze.facts"}} == {
        "ingest": 0,
        "analyze.facts": 0,
    }
    assert any("GPL-3.0-only" in r["licence"] for r in rows(world.folder / "dataset"))


def test_one_bad_repository_does_not_stop_the_others(world, tmp_path):
    """A broken repository is reported, the rest becomes a dataset, the exit code says partial."""
    (tmp_path / "beta.git" / "HEAD").write_text("ref: nonsense\n")
    report = world.run()
    assert report.exit_code == 3
    assert [s.full_name for s in report.failed] == ["beta"]
    assert report.failed[0].reason
    assert report.kept > 0


def test_nothing_at_all_is_an_error(world, tmp_path):
    """When every repository fails there is no dataset, and the error says why the first failed."""
    for name in world.repos:
        (tmp_path / f"{name}.git" / "HEAD").write_text("ref: nonsense\n")
    with pytest.raises(NothingDone) as caught:
        world.run()
    assert caught.value.exit_code == 4
    assert not (tmp_path / "dataset").exists()


def test_a_folder_that_is_no_dataset_is_not_touched(world):
    """``--out`` never deletes what it did not make."""
    out = world.folder / "mine"
    out.mkdir()
    (out / "thesis.tex").write_text("precious")
    with pytest.raises(InvalidInput, match="no dataset"):
        world.run(out="mine")
    assert (out / "thesis.tex").read_text() == "precious"


def test_an_empty_repository_is_no_failure(world, make_repo):
    """A repository without a commit gives no rows and no error."""
    world.repos["empty"] = make_repo("empty")
    assert world.run().exit_code == 0


def test_opt_out(world):
    """Who opts out is not exported, and the stub says so."""
    blob = world.repos["alpha"].git("rev-parse", "HEAD:src/base.py").decode().strip()
    world.run(export__opt_out=blob)
    reasons = {k: r["reason"] for k, r in removed(world.folder / "dataset").items()}
    assert {k for k, r in reasons.items() if r == "opt_out"} == {"alpha:src/base.py"}


def test_settings_are_recorded(world):
    """The manifest has every setting that the bytes depend on, the inputs, and no clock."""
    world.run()
    first = (world.folder / "dataset" / "manifest.json").read_text()
    data = json.loads(first)
    assert data["inputs"]["settings"] == load(None, {}, {}).export.model_dump()
    assert {r["name"] for r in data["inputs"]["repositories"]} == set(world.repos)
    assert len(DECISIONS) > 30


def test_a_limit_on_blobs_set_and_taken_back(world):
    """Under another limit other files are read; under the old one again the dataset is the old one, byte for byte."""
    world.run(out="before")
    world.run(out="less", analyze__max_blob_bytes=600)
    world.run("fresh", out="less-at-once", analyze__max_blob_bytes=600)
    world.run(out="after")
    assert digests(world.folder / "less") == digests(world.folder / "less-at-once")
    assert digests(world.folder / "less") != digests(world.folder / "before")
    assert digests(world.folder / "after") == digests(world.folder / "before")
