"""C16: planted near-duplicates are found, and nothing else is: precision and recall against the exact Jaccard."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codestrata import Workspace
from codestrata.settings import load
from codestrata.store.columns import from_arrow
from codestrata.store.rows import rows_of
from codestrata.store.tables import connect

from .conftest import code


def _planted(seed: int) -> dict[str, str]:
    """Give modules, and of each two copies in which some lines are others: from next to none to one in seven."""
    rng, files = random.Random(seed), {}
    for k in range(12):
        text = code(1000 * seed + k, 20)
        files[f"m{k}.py"] = text
        for copy in range(2):
            share = rng.uniform(0, 0.15)
            lines = [f"changed_{k}_{n} = {n}" if rng.random() < share else x for n, x in enumerate(text.split("\n"))]
            files[f"m{k}_{copy}.py"] = "\n".join(lines) + "\n"
    return files


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9_]+", text.lower())
    return frozenset(tuple(words[i : i + 5]) for i in range(len(words) - 4))


def _jaccard(a: frozenset[Any], b: frozenset[Any]) -> float:
    return len(a & b) / len(a | b)


def _table(pattern: Path) -> list[dict[str, Any]]:
    return list(rows_of(from_arrow(connect().sql(f"select * from '{pattern}'"))))


@pytest.mark.claim("C16")
def test_planted_near_duplicates_are_found_and_nothing_else(tmp_path: Path, make_repo: Callable[..., Any]) -> None:
    """Recall: no two rows that stay reach the threshold. Precision: every file that went has a kept twin that does."""
    planted = _planted(1)
    texts: dict[str, frozenset[Any]] = {}
    for k in range(3):  # copies lie in other repositories than what they are of
        files = {path: text for n, (path, text) in enumerate(sorted(planted.items())) if n % 3 == k}
        make_repo(f"r{k}", files)
        texts |= {f"r{k}:{path}": _shingles(text) for path, text in files.items()}
    (tmp_path / "repos.csv").write_text("url\n" + "\n".join(f"r{k}.git" for k in range(3)) + "\n")
    settings = load(None, {}, {"engine.inline": True, "export.licences.unknown": "keep"})
    with Workspace(tmp_path / "w", settings) as held:
        held.run(tmp_path / "repos.csv", tmp_path / "dataset")
    kept = {f"{row['repository']}:{row['path']}" for row in _table(tmp_path / "dataset" / "data" / "*.parquet")}
    gone = _table(tmp_path / "dataset" / "removed" / "*.parquet")
    near = [pair for pair in _pairs(sorted(kept)) if _jaccard(texts[pair[0]], texts[pair[1]]) >= 0.7]
    assert near == []
    assert {row["reason"] for row in gone} == {"near_duplicate"}
    assert 8 < len(gone) < 24
    for row in gone:
        twin = f"{row['survivor_repository']}:{row['survivor_path']}"
        assert twin in kept
        assert row["jaccard"] == _jaccard(texts[f"{row['repository']}:{row['path']}"], texts[twin]) >= 0.7


def _pairs(names: list[str]) -> list[tuple[str, str]]:
    return [(a, b) for i, a in enumerate(names) for b in names[:i]]
