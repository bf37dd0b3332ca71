"""Duplicates in whole datasets: rows that went are named, tables and figures agree, and nothing depends on order."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.export.decide.conftest import edited, prose
from tests.export.shape.building import MIT, build

from codestrata.store.columns import from_arrow
from codestrata.store.rows import rows_of
from codestrata.store.tables import connect

_SLUG = '''def slug(title, limit=80):
    """Make a name that may stand in an address out of a title: small letters, dashes between words."""
    words = [word.lower() for word in title.split() if word.isalnum()]
    joined = "-".join(words)
    if len(joined) > limit:
        joined = joined[:limit].rpartition("-")[0]
    return joined or "untitled"
'''


def _table(file: Path) -> list[dict[str, Any]]:
    return list(rows_of(from_arrow(connect().sql(f"select * from '{file}'"))))


def _functions(make_repo: Callable[..., Any]) -> list[Any]:
    """Give three repositories with one function: as it is, with other white space, and with a line more."""
    spread = _SLUG.replace(' = "-"', '  =  "-"')
    longer = _SLUG.replace("return joined", "return joined.strip()").replace("small letters", "lower case")
    repos = []
    for k, text in enumerate((_SLUG, spread, longer)):
        repos.append(make_repo(f"repo{k}", {"slug.py": f"{text}\n\n{prose(50 + k, 300)}", "LICENSE": MIT}))
    return repos


def test_functions_that_are_twins_go_and_are_named(tmp_path: Path, make_repo: Callable[..., Any]) -> None:
    """One row of the function stays; the others have a stub with their twin and the exact Jaccard."""
    repos = _functions(make_repo)
    built = build(tmp_path, repos, "instruct")
    (kept,) = [row for row in built.rows if row["name"] == "slug"]
    stubs = _table(built.folder / "removed" / "rows-00000-of-00001.parquet")
    assert sorted(stub["reason"] for stub in stubs) == ["near_duplicate", "normal_duplicate"]
    assert {stub["survivor"] for stub in stubs} == {kept["source"]}
    assert all(0.7 <= stub["jaccard"] <= 1 for stub in stubs)
    figures = json.loads((built.folder / "manifest.json").read_text("utf-8"))["figures"]
    assert {kind: one["rows"] for kind, one in figures["duplicates"].items() if "rows" in kind} == {
        "near, rows": 1,
        "normal, rows": 1,
    }
    assert "| near, rows | 1 |" in (built.folder / "README.md").read_text("utf-8")
    alone = build(tmp_path, repos, "instruct", "all", export__dedup__level="none")
    assert len([row for row in alone.rows if row["name"] == "slug"]) == 3


@pytest.fixture
def repos(make_repo: Callable[..., Any]) -> list[Any]:
    """Give repositories with duplicates of every kind."""
    shared = {f"f{k}.py": prose(k) for k in range(5)}
    return [
        make_repo("one", {**shared, "LICENSE": MIT}),
        make_repo("two", {**shared, "f5.py": prose(20), "LICENSE": MIT}),
        make_repo("three", {"x.py": edited(prose(1), 1), "y.py": prose(2).replace(" = ", "  = "), "LICENSE": MIT}),
        make_repo("four", {"x.py": prose(1), "z.py": prose(30), "LICENSE": MIT}),
    ]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_order_and_workers_change_no_byte(tmp_path: Path, repos: list[Any]) -> None:
    """Repositories in another order, on two workers: the same dataset, duplicates/ and index/ included."""
    asked = {"normal": True, "syntax": True, "repositories": 0.7, "index": True, "tables": True}
    flags = {f"export__dedup__{name}": value for name, value in asked.items()}
    one = build(tmp_path, repos, "pretrain", "one", export__write__name="d", **flags)
    workers = {"engine__inline": False, "engine__workers": 2}
    two = build(tmp_path, repos[::-1], "pretrain", "two", export__write__name="d", **workers, **flags)
    first, second = _bytes(one.folder), _bytes(two.folder)
    told = {"manifest.json", "croissant.json", "spdx.json"}  # they name the lines of the list, and what names those
    assert {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)} <= told
    pairs, clusters = (_table(one.folder / "duplicates" / f"{name}.parquet") for name in ("pairs", "clusters"))
    assert {pair["how"] for pair in pairs} >= {"exact", "normal", "near", "repository"}
    assert sum(cluster["members"] for cluster in clusters) == len(pairs)
    kept = {row["blob"] for row in one.rows}
    assert {pair["survivor_blob"] for pair in pairs} <= kept
    assert {entry["blob"].hex() for entry in _table(one.folder / "index" / "kept-00000-of-00001.parquet")} == kept
    figures = json.loads((one.folder / "manifest.json").read_text("utf-8"))["figures"]["duplicates"]
    assert sum(kind["files"] for kind in figures.values()) == len(pairs)
    assert sum(kind["bytes"] for kind in figures.values()) == sum(pair["size"] for pair in pairs)


def _repos_of_one_function(make_repo: Callable[..., Any]) -> list[Any]:
    """Give repositories that share a function, and no file."""
    files = ({"slug.py": f"{_SLUG}\n\n{prose(90 + k, 300)}", "LICENSE": MIT} for k in range(6))
    return [make_repo(f"shop{k}", held) for k, held in enumerate(files)]


def test_no_row_is_in_two_splits_where_twins_may_stay(tmp_path: Path, make_repo: Callable[..., Any]) -> None:
    """With deduplication off, the same row stays in one split alone; the others have a stub, and the gate passes."""
    flags = {"dedup__level": "none", "split__validation": 0.3, "split__test": 0.3}
    built = build(
        tmp_path, _repos_of_one_function(make_repo), "instruct", **{f"export__{k}": v for k, v in flags.items()}
    )
    mine = [row for row in built.rows if row["name"] == "slug"]
    stubs = _table(built.folder / "removed" / "rows-00000-of-00001.parquet")
    gone = [stub for stub in stubs if stub["reason"] == "leak"]
    assert len(mine) + len(gone) == 6
    assert gone
    assert len({row["split"] for row in mine}) == 1
    assert {stub["survivor"] for stub in gone} <= {row["source"] for row in mine}
    figures = json.loads((built.folder / "manifest.json").read_text("utf-8"))["figures"]
    assert figures["leaks"]["rows"] == len(gone)
    assert "duplicates" not in figures
    assert f"\n{len(gone)} rows were left out" in (built.folder / "README.md").read_text("utf-8")
    told = {one["gate"]: one["state"] for one in json.loads((built.folder / "validation.json").read_text())["gates"]}
    assert told["leakage"] == "passed"
