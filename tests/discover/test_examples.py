"""The example files are what their README says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from codestrata.discover.stage import Rejected, discover
from codestrata.model import OriginKind, Repository

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_every_row_of_the_examples_is_a_repository() -> None:
    """No row is refused; packages are pinned; beside them stand a repository that is made, and this checkout."""
    found: dict[str, list[Repository]] = {}
    subprocess.run([EXAMPLES / "spans" / "make"], check=True)
    for name in ("repos.csv", "itself.csv", "github.csv"):
        items = list(discover(EXAMPLES / name))
        assert not [str(i) for i in items if isinstance(i, Rejected) and (EXAMPLES.parent / ".git").exists()]
        found[name] = [i for i in items if isinstance(i, Repository)]
    packages = [r for r in found["repos.csv"] if r.origin.kind is OriginKind.PACKAGE]
    assert len(packages) == 13
    assert all("@" in r.origin.locator.rpartition("/")[2] for r in packages)
    assert {r.origin.locator.partition("/")[0] for r in packages} == {"pkg:pypi", "pkg:npm", "pkg:cargo"}
    assert all(r.origin.kind is OriginKind.GIT for r in found["github.csv"])
    assert found["repos.csv"][-1].origin.locator == os.path.realpath(EXAMPLES / "spans.git")
    if (EXAMPLES.parent / ".git").exists():
        assert found["itself.csv"][-1].origin.locator == os.path.realpath(EXAMPLES.parent)
