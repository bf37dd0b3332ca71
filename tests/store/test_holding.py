"""One writer at a time, and a clean workspace after a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.store.conftest import part

from codestrata.errors import WorkspaceBusy
from codestrata.store.catalogue import Catalogue
from codestrata.store.holding import hold
from codestrata.store.layout import Layout
from codestrata.store.lock import WorkspaceLock
from codestrata.store.tasks import Commit, TaskState

_HOLDER = """
import sys, time
from pathlib import Path
from codestrata.engine.base import Partition
from codestrata.store.holding import hold
from codestrata.store.layout import Layout
layout = Layout(Path(sys.argv[1]))
with hold(layout) as catalogue:
    run = catalogue.start_run("first", {})
    catalogue.ledger.enqueue(run, "ingest", [Partition("ingest", "1", {"i": i}) for i in range(2)])
    catalogue.ledger.lease("w", run, "ingest", 2)
    for folder in ("scratch/1.1", "tables/files"):
        (layout.root / folder).mkdir(parents=True)
    (layout.root / "scratch/1.1/half").touch()
    (layout.root / "tables/files/nobody.parquet").touch()
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[bytes]:
    """Give a process that holds the workspace ``w`` and is in the middle of work."""
    process = subprocess.Popen([sys.executable, "-c", _HOLDER, str(tmp_path / "w")], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    yield process  # type: ignore[misc]
    process.kill()
    process.wait()
    process.stdout.close()


def test_second_writer_is_told_who_holds_it(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    """A second strata is refused at once, with the holder's process, host and time, and what to do."""
    began = time.monotonic()
    with pytest.raises(WorkspaceBusy) as caught, hold(Layout(tmp_path / "w")):
        pass
    told = str(caught.value)
    assert time.monotonic() - began < 5
    assert f"process {holder.pid} on {os.uname().nodename} since 2" in told
    assert f"kill {holder.pid}" in told
    assert caught.value.exit_code == 5


def test_reader_needs_no_lock(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    """Status and show work beside a running strata."""
    with Catalogue(Layout(tmp_path / "w").catalogue, read_only=True) as catalogue:
        assert catalogue.ledger.counts(1) == {TaskState.LEASED: 2}


def test_crash_is_put_right(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    """After SIGKILL the next holder gets the leases back and finds no leftovers; the run is marked as interrupted."""
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    layout = Layout(tmp_path / "w")
    with hold(layout) as catalogue:
        assert catalogue.ledger.counts(1) == {TaskState.READY: 2}
        assert [run.state for run in catalogue.runs()] == ["interrupted"]
        assert not (layout.scratch / "1.1").exists()
        assert not (layout.tables / "files/nobody.parquet").exists()
        run = catalogue.start_run("second", {})
        catalogue.ledger.enqueue(run, "ingest", [part(5)])
        assert catalogue.ledger.commit(catalogue.ledger.lease("w", run, "ingest")[0], Commit("h"))


def test_release_lets_the_next_in_and_leaves_no_message(tmp_path: Path) -> None:
    """A clean end leaves an empty lock file, and the next holder need not clean up; an unclean one says so."""
    path = tmp_path / "lock"
    with WorkspaceLock(path) as lock:
        assert not lock.unclean
        assert path.read_bytes()
    assert path.read_bytes() == b""
    with WorkspaceLock(path) as lock:
        assert not lock.unclean
        lock.dirty = True
    with WorkspaceLock(path) as lock:
        assert lock.unclean


def test_same_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    """Two engines in one program would tread on each other just the same."""
    with hold(Layout(tmp_path / "w")), pytest.raises(WorkspaceBusy), hold(Layout(tmp_path / "w")):
        pass


def test_untidy_end_is_cleaned_up_by_the_next(tmp_path: Path) -> None:
    """When an engine says that files may lie about, the next holder looks for them, and only then."""
    layout = Layout(tmp_path / "w")
    stray = layout.tables / "files" / "stray.parquet"
    for untidy in (False, True, False):
        with hold(layout) as catalogue:
            stray.parent.mkdir(parents=True, exist_ok=True)
            stray.touch()
            catalogue.untidy = untidy
        assert stray.exists()
        with hold(layout):
            assert stray.exists() is not untidy


def test_leases_do_not_outlive_their_holder(tmp_path: Path) -> None:
    """Whoever takes the workspace over gets every task back, even when the last holder seemed to end well."""
    layout = Layout(tmp_path / "w")
    with hold(layout) as catalogue:
        run = catalogue.start_run("first", {})
        catalogue.ledger.enqueue(run, "ingest", [part(1)])
        assert catalogue.ledger.lease("w", run, "ingest")
    with hold(layout) as catalogue:
        assert catalogue.ledger.counts(run) == {TaskState.READY: 1}
        assert [one.state for one in catalogue.runs()] == ["interrupted"]
