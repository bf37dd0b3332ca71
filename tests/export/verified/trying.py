"""A small real repository with commits that are tasks and some that are none, and a recipe over it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import MIT
from tests.conftest import RepoBuilder

from codestrata import Workspace
from codestrata.sandbox.table import open_runner
from codestrata.settings import load
from codestrata.settings.sandbox import SandboxSettings
from codestrata.store.columns import from_arrow
from codestrata.store.rows import rows_of
from codestrata.store.tables import connect

#: Runs tests with the standard library alone, and says how each ended in the words of TAP.
PIPELINE = """
name: unittest
jobs:
  test:
    env: {PYTHONDONTWRITEBYTECODE: "1"}
    steps:
      - |
        python3 - <<'END' > tap.txt
        import sys, unittest
        class Told(unittest.TestResult):
            def addSuccess(self, test): print("ok -", test.id())
            def addFailure(self, test, error): print("not ok -", test.id())
            def addError(self, test, error): print("not ok -", test.id())
        suite = unittest.defaultTestLoader.discover("tests", top_level_dir=".")
        print(f"1..{suite.countTestCases()}")
        suite.run(Told())
        END
    reports: {tests: {format: tap, path: tap.txt}}
"""
SHOP = """\"\"\"A shop.\"\"\"


def total(prices):
    \"\"\"Add prices up.\"\"\"
    return sum(prices)


def cheapest(prices):
    \"\"\"Give the lowest price.\"\"\"
    return max(prices)
"""
TESTS = """import unittest

from shop import cheapest, total


class Shop(unittest.TestCase):
    def test_total(self):
        self.assertEqual(total([1, 2]), 3)
"""
CHEAPEST = """
    def test_cheapest(self):
        self.assertEqual(cheapest([3, 1, 2]), 1)
"""
FIXED = SHOP.replace("max(", "min(")


def shop(make_repo: Callable[..., RepoBuilder], name: str = "shop") -> RepoBuilder:
    """Make a repository whose second commit mends a bug and tests it."""
    repo = make_repo(name, {"LICENSE": MIT, "shop.py": SHOP, "tests/__init__.py": "", "tests/test_shop.py": TESTS})
    repo.commit(
        {"shop.py": FIXED, "tests/test_shop.py": TESTS + CHEAPEST},
        "Give the lowest price, not the highest\n\nFixes #7.\n",
    )
    return repo


def sandbox(folder: Path) -> None:
    """Skip, and say why, where nothing runs foreign code; fail where that is promised."""
    caps = open_runner("local", SandboxSettings(), folder / "rooms").probe()
    if not caps.usable:
        if "sandbox" in os.environ.get("STRATA_EXPECT", "").split(","):
            pytest.fail(f"sandbox is expected here: {caps.reason}")
        pytest.skip(f"sandbox: {caps.reason}")


@dataclass
class Recipe:
    """A recipe in a folder, over repositories, with a workspace ``w`` beside it; ``seconds``: the tests' limit."""

    folder: Path
    repos: list[RepoBuilder]
    flags: dict[str, object] = field(default_factory=dict)
    pipeline: str = PIPELINE
    seconds: int = 20

    @property
    def file(self) -> Path:
        """Write the recipe and its pipeline."""
        (self.folder / "tests.yaml").write_text(self.pipeline, "utf-8")
        file = self.folder / "verified.yaml"
        listed = "".join(f"{one.path},acme/{one.path.stem}\n" for one in self.repos)
        (self.folder / "repos.csv").write_text(f"path,name\n{listed}", "utf-8")
        how = f"{{pipeline: tests.yaml, timeout: {self.seconds}}}"
        file.write_text(f"name: tasks\nrecipe: verified\nsources: [repos.csv]\nverified: {how}\n", "utf-8")
        return file

    def open(self) -> Workspace:
        """Open the workspace."""
        flags = {"engine.inline": True, "engine.backoff_seconds": 0, **self.flags}
        return Workspace(self.folder / "w", load(None, {}, flags))

    def build(self, name: str = "dataset", **assign: object) -> tuple[Any, list[dict[str, Any]]]:
        """Build; give what it came to, and the rows. ``assign`` are settings that win over the recipe's."""
        out = self.folder / name
        with self.open() as w:
            made = w.dataset(self.file, **assign).build(out, empty=True)
        return made, list(rows_of(from_arrow(connect().sql(f"select * from '{out}/data/*.parquet'"))))
