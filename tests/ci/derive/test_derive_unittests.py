"""Python without a manifest: a pipeline that runs unittest, fetches nothing and says how every test ended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codestrata.ci.compile import load_text
from codestrata.ci.derive import GitFiles, derive
from codestrata.ci.reports import Source, parse
from codestrata.errors import NothingDone

TESTS = """import unittest

import words


class Words(unittest.TestCase):
    def test_passes(self):
        self.assertEqual(words.first("a b"), "a")

    def test_fails(self):
        print("not ok - a line of its own")
        self.assertEqual(words.first("a b"), "b")

    def test_breaks(self):
        raise OSError

    def test_parts(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertLess(n, 2)

    @unittest.skip("later")
    def test_later(self):
        raise OSError

    @unittest.expectedFailure
    def test_known(self):
        raise OSError


class NotSet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise OSError

    def test_never(self):
        pass
"""
WORDS = "def first(text):\n    return text.split()[0]\n"
FILES = {"src/words.py": WORDS, "tests/test_words.py": TESTS, "tests/test_broken.py": "import unittest, nothing_such\n"}
CI = "on: push\njobs: {t: {runs-on: x, steps: [{run: python -m unittest discover}]}}\n"


def script(make_repo: Callable, files: dict[str, str]) -> str:
    """Derive a pipeline that fetches nothing and has one step; give that."""
    repo = make_repo("r", files)
    made = derive(GitFiles(repo.path, repo.commits[-1]), "me/r")
    assert made.kits == ("unittest",)
    plan = load_text(made.text).plan
    assert plan is not None
    (job,) = plan.jobs
    (step,) = job.steps
    assert not job.network.registries
    assert [(report.format, report.path) for report in job.reports] == [("tap", "tap.txt")]
    return step.run


@pytest.mark.parametrize("package", [False, True])
def test_each_test_is_told_by_how_it_ended(make_repo: Callable, tmp_path: Path, *, package: bool) -> None:
    """Parts, skips, classes that cannot be set up, files that cannot be loaded, what tests print are told apart."""
    files = {**FILES, ".github/workflows/ci.yml": CI} | ({"tests/__init__.py": ""} if package else {})
    run = script(make_repo, files)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    ended = subprocess.run(
        ["/bin/sh", "-e", "-c", run], cwd=tmp_path, env={"PATH": f"{tmp_path}/bin:/usr/bin"}, check=False
    )
    assert ended.returncode == 1
    read = parse("tap", (tmp_path / "tap.txt").read_bytes(), Source())
    assert read.whole
    top = "tests." if package else ""
    assert {case.name.removeprefix(top): case.status for case in read.tests} == {
        "test_words.Words.test_passes": "passed",
        "test_words.Words.test_fails": "failed",
        "test_words.Words.test_breaks": "failed",
        "test_words.Words.test_parts": "failed",
        "test_words.Words.test_later": "skipped",
        "test_words.Words.test_known": "skipped",
        f"setUpClass ({top}test_words.NotSet)": "failed",
        f"unittest.loader._FailedTest.{top}test_broken": "failed",
    }


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": WORDS},
        {"tests/test_a.py": "import pytest\nimport unittest\n"},
        {"tests/test_a.py": "def test_a():\n    assert 1\n"},
    ],
)
def test_other_tests_are_not_taken_for_it(make_repo: Callable, files: dict[str, str]) -> None:
    """Without tests, or with pytest's, nothing says that Python alone will do."""
    repo = make_repo("r", files)
    with pytest.raises(NothingDone):
        derive(GitFiles(repo.path, repo.commits[-1]), "me/r")


def test_a_manifest_says_more(make_repo: Callable) -> None:
    """Where there is a manifest, what it names is installed."""
    repo = make_repo("r", {**FILES, "pyproject.toml": "[project]\nname = 'x'\n"})
    assert derive(GitFiles(repo.path, repo.commits[-1]), "me/r").kits == ("python",)
