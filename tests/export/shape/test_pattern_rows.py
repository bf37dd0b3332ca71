"""Recipe patterns: entries of the strata with their context, of kept files alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import RepoBuilder, git
from tests.export.shape.building import MIT, Built, build

STORE = """import functools
import json

from shop.price import price


@functools.lru_cache(maxsize=128)
def lookup(name):
    return json.loads(name)


def total(names):
    # We keep a list here because generators cannot be counted twice.
    found = [lookup(name) for name in names]
    return f"{len(found)}: {price(found)}"
"""
PRICE = """def price(found):
    prices = [item["price"] for item in found]
    return sum(prices)
"""
ADR = """# Use lists of names

## Status

Accepted

## Decision

We use lists of names everywhere.

## Rationale

Lists are kept because generators cannot be counted twice.

## Alternatives considered

Generators, which would have saved memory.
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[RepoBuilder, Built]:
    """Give a repository with planted patterns and decisions, one file of it under the GPL, and its rows."""
    folder = tmp_path_factory.mktemp("patterns")
    path = folder / "shop.git"
    path.mkdir()
    git(path, "init", "-q", "--bare", "-b", "main")
    repo = RepoBuilder(path)
    many = "".join(f'\n\ndef show_{i}(x):\n    return f"{{x}} is {i}"\n' for i in range(30))
    repo.commit(
        {
            "LICENSE": MIT,
            "shop/__init__.py": "",
            "shop/store.py": STORE,
            "shop/price.py": PRICE,
            "shop/gpl.py": "# SPDX-License-Identifier: GPL-3.0-only\n" + STORE.replace("total", "sum_of"),
            "shop/many.py": many,
            **{f"shop/part_{i}.py": f"PART_{i} = 'part {i}'\n" for i in range(6)},
            "docs/adr/0001-lists.md": ADR,
            "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["click>=8"]\n',
        }
    )
    repo.commit(
        {"shop/price.py": PRICE + "\n\nTAX = 0.2\n"},
        "Add the tax of the shop\n\nWe add it here because the price is worked out in one place.",
    )
    return repo, build(folder, [repo], "patterns", export__dedup__level="none")


def _one(built: Built, **wanted: Any) -> dict[str, Any]:
    found = [row for row in built.rows if all(row[name] == value for name, value in wanted.items())]
    assert len(found) == 1, [(row["rule"], row["path"]) for row in found]
    return found[0]


def test_an_entry_stands_in_its_context(shop: tuple[RepoBuilder, Built]) -> None:
    """A match has its code, the definition around it, its module's neighbours and what the system stands on."""
    row = _one(shop[1], rule="python.memoised-function", path="shop/store.py")
    assert row["level"] == "L1"
    assert row["licence"] == "MIT"
    assert "functools.lru_cache" in row["code"]
    file, module, system = (json.loads(row[f"{name}_context"]) for name in ("file", "module", "system"))
    assert file["imports"] == ["import functools", "import json", "from shop.price import price"]
    assert file["within"] == "function lookup"
    assert module["stands_on"] == ["functools", "json", "shop/price.py"]
    price = json.loads(_one(shop[1], rule="python.comprehension", path="shop/price.py")["module_context"])
    assert price["used_by"] == ["shop/gpl.py", "shop/store.py"]
    assert any(package.startswith("pkg:pypi/click") for package in system["packages"])
    assert system["manifests"] == ["pyproject.toml"]


def test_sources_hold_the_code_byte_for_byte(shop: tuple[RepoBuilder, Built]) -> None:
    """The lines that a source names hold the code that its row shows."""
    repo, built = shop
    shown = [row for row in built.rows if row["code"] and row["level"] != "L8"]
    assert shown
    for row in shown:
        place, _, span = row["source"].rpartition("#L")
        _, _, at = place.partition("@")
        first, _, last = span.partition("-L")
        lines = repo.git("show", at).decode().splitlines(keepends=True)
        assert row["code"] in "".join(lines[int(first) - 1 : int(last or first)])


def test_only_kept_files_are_shown(shop: tuple[RepoBuilder, Built]) -> None:
    """What is under a licence that is not let through is in no row's code, places or quotations."""
    for row in shop[1].rows:
        assert row["path"] != "shop/gpl.py"
        assert "sum_of" not in row["code"] + row["file_context"] + row["quotations"]
        assert "gpl.py" not in row["places"] + row["quotations"]


def test_of_one_rule_no_more_places_than_asked_for(shop: tuple[RepoBuilder, Built]) -> None:
    """An idiom that is all over makes so many rows and no more."""
    found = [row for row in shop[1].rows if row["rule"] == "python.f-string"]
    assert len(found) == 20


def test_decisions_are_rows_with_their_words(shop: tuple[RepoBuilder, Built]) -> None:
    """A decision record, a comment and a commit each tell why, in their own words, with places that have them."""
    repo, built = shop
    told = {row["type"]: row for row in built.rows if row["level"] == "L8"}
    assert {"document", "comment", "commit"} <= set(told)
    record = told["document"]
    assert record["status"] == "accepted"
    fields = {quote["field"]: quote for quote in json.loads(record["quotations"])}
    assert "generators cannot be counted twice" in fields["rationale"]["quote"]
    assert record["path"] == "docs/adr/0001-lists.md"
    comment = told["comment"]
    assert comment["code"].startswith("def total(names):")
    commit = told["commit"]
    assert commit["source"] == f"shop@{repo.commits[1]}"
    assert commit["description"] == "Add the tax of the shop"
    assert json.loads(commit["related_commits"]) == [repo.commits[1]]


def test_levels_and_confidence_choose(make_repo: Callable, tmp_path: Path) -> None:
    """Only the levels that are asked for make rows, and only what is sure enough."""
    repo = make_repo("shop", {"LICENSE": MIT, "shop/store.py": STORE, "docs/adr/0001-lists.md": ADR})
    only = build(tmp_path, [repo], "patterns", "only", export__patterns__levels="L8").rows
    assert {row["level"] for row in only} == {"L8"}
    sure = build(tmp_path, [repo], "patterns", "only", export__patterns__confidence=0.9).rows
    assert sure
    assert min(row["confidence"] for row in sure) >= 0.9
