"""The stage of these tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.ci.execute.acting import EPOCH, Stage, no_hosts, no_report, no_tool

from codestrata.ci.execute import Scene
from codestrata.sandbox.dummy import DummyRunner
from codestrata.settings.sandbox import SandboxSettings


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Give a stage whose tree has a README and a lock file."""
    tree = tmp_path / "tree"
    (tree / "src").mkdir(parents=True)
    (tree / "README").write_text("hello\n")
    (tree / "Lock").write_text("a = 1\n")
    (tree / "src" / "main.c").write_text("one\ntwo\nthree\n")
    (tmp_path / "rooms").mkdir()
    (tmp_path / "scratch").mkdir()
    settings = SandboxSettings(timeout=20.0)
    runner = DummyRunner(settings, tmp_path / "rooms")
    paths = sorted(os.path.relpath(path, tree) for path in tree.rglob("*") if not path.is_dir())
    scene = Scene(
        tree=tree,
        paths=paths,
        repository={"id": "r1", "name": "owner/name", "url": "https://git.example/owner/name", "commit": "c" * 40,
                    "branch": "main", "language": "C", "bytes": 30},
        epoch=EPOCH,
        settings=settings,
        scratch=tmp_path / "scratch",
        cache=tmp_path / "cache",
        artifacts=tmp_path / "artifacts",
        runner=lambda _, __: runner,
        hosts=no_hosts,
        tool=no_tool,
        parse=no_report,
    )  # fmt: skip
    return Stage(tmp_path, runner, scene)
