"""A full disk: one clear line, exit code 6, no task lost, and everything goes on when there is room again."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from codestrata.store.catalogue import Catalogue
from codestrata.store.holding import hold
from codestrata.store.layout import Layout
from codestrata.store.tasks import TaskState

DRIVEN = Path(__file__).with_name("driven.py")
MB = 1 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of 16 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a small disk here: {mounted.stderr.decode().strip()}")
    with ExitStack() as stack:
        stack.callback(subprocess.run, ["umount", str(disk)], check=True)
        yield disk


def drive(
    root: Path, workers: int, *specs: dict[str, object], limit: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a strata of its own to its end."""
    command = [sys.executable, str(DRIVEN), str(root), "TROUBLE", str(workers)]
    return subprocess.run(
        command, check=False, input=json.dumps(specs), capture_output=True, text=True, preexec_fn=limit, timeout=120
    )


def small_files() -> None:
    """Let no file grow beyond 8 MB in this process and its children, as a quota would."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (8 * MB, 8 * MB))


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("do", ["fill", "table"])
def test_full_disk_stops_the_run_and_loses_nothing(small_disk: Path, workers: int, do: str) -> None:
    """Scratch or table, inline or in workers: the task that found the disk full is due again, at no charge."""
    root = small_disk / "w"
    ended = drive(root, workers, {"do": do, "i": 1, "mb": 64})
    check(ended, root)
    with hold(Layout(root)) as catalogue:
        assert [(t.state, t.attempts) for t in catalogue.ledger.tasks()] == [(TaskState.READY, 0)]
    subprocess.run(["mount", "-o", "remount,size=256m", str(small_disk)], check=True)
    assert drive(root, workers, {"do": do, "i": 1, "mb": 64}).returncode == 0
    with Catalogue(Layout(root).catalogue, read_only=True) as catalogue:
        assert [task.state for task in catalogue.ledger.tasks()] == [TaskState.DONE]


@pytest.mark.parametrize("do", ["fill", "table"])
def test_file_that_may_not_grow(tmp_path: Path, do: str) -> None:
    """A limit on the size of files (a quota's twin) is told and survived the same way."""
    root = tmp_path / "w"
    check(drive(root, 1, {"do": do, "i": 1, "mb": 16}, limit=small_files), root)
    assert drive(root, 1, {"do": do, "i": 1, "mb": 16}).returncode == 0


def test_full_catalogue(small_disk: Path) -> None:
    """When the catalogue itself cannot grow any more, the run ends the same way, and goes on later."""
    root = small_disk / "w"
    root.mkdir()
    (small_disk / "ballast").write_bytes(bytes(15 * MB))
    specs = [{"do": "nothing", "i": i, "padding": "x" * 500} for i in range(1500)]
    ended = drive(root, 2, *specs)
    check(ended, root)
    (small_disk / "ballast").unlink()
    assert drive(root, 2, *specs).returncode == 0
    with Catalogue(Layout(root).catalogue, read_only=True) as catalogue:
        assert len(catalogue.commits()) == 1500


def check(ended: subprocess.CompletedProcess[str], root: Path) -> None:
    """See that a strata ended for lack of room, with one clear line."""
    assert ended.returncode == 6, ended.stderr
    (line,) = ended.stderr.strip().splitlines()
    assert str(root) in line
    assert "free some" in line
