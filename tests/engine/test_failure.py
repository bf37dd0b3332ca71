"""What an exception says about trying again."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import duckdb
import pytest

from codestrata.engine.failure import classify, disk_full
from codestrata.errors import CloneFailed, ErrorClass, InvalidInput, RateLimitExceeded, StorageError
from codestrata.store.tasks import Cost

FULL = "No space left on device"


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """Raise and catch an error, so that it has a trace and a cause."""
    error.__cause__ = cause
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def sqlite_full() -> sqlite3.Error:
    """Get SQLite's own error for a full disk: a database that may not have another page."""
    con = sqlite3.connect(":memory:")
    con.execute("pragma max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError) as caught:
        con.execute("create table t (x)")
    con.close()
    return caught.value


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (InvalidInput("odd", where="line 3"), ErrorClass.CODE, "line 3: odd"),
        (CloneFailed("reset"), ErrorClass.INFRA, "reset"),
        (RateLimitExceeded("slow", retry_after=7), ErrorClass.RATE_LIMITED, "slow"),
        (MemoryError("no"), ErrorClass.OOM, "MemoryError: no"),
        (duckdb.OutOfMemoryException("no"), ErrorClass.OOM, "OutOfMemoryException: no"),
        (TimeoutError("late"), ErrorClass.TIMEOUT, "TimeoutError: late"),
        (ConnectionResetError("gone"), ErrorClass.INFRA, "ConnectionResetError: gone"),
        (KeyError("x"), ErrorClass.CODE, "KeyError: 'x' [tests.engine.test_failure.raised:"),
    ],
)
def test_classes(error: Exception, kind: ErrorClass, message: str) -> None:
    """Our errors say themselves what they are; the others are told by their type, a defect with its place."""
    failure = classify(raised(error), Cost())
    assert failure.error_class is kind
    assert failure.message.startswith(message)
    assert failure.retry_after == (7 if kind is ErrorClass.RATE_LIMITED else 0)


def test_message_is_one_line() -> None:
    """Whatever an exception says, the ledger keeps one line of it."""
    assert "two" not in classify(raised(ValueError("one\ntwo\nthree")), Cost()).message
    assert (
        classify(CloneFailed("\x1b[2Jgone\r\nx"), Cost()).message
        == "\N{REPLACEMENT CHARACTER}[2Jgone\N{REPLACEMENT CHARACTER}"
    )
    assert len(classify(CloneFailed("x" * 9999), Cost()).message) == 1000


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, FULL),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        raised(StorageError("x"), OSError(errno.ENOSPC, FULL)),
        raised(StorageError("x"), duckdb.IOException(f"Could not write: {FULL}")),
        raised(StorageError("x"), sqlite_full()),
    ],
)
def test_full_disk_is_recognised(error: BaseException, tmp_path: Path) -> None:
    """The system's, SQLite's and DuckDB's own word for a full disk is believed, also as the cause of another error."""
    assert disk_full(error, tmp_path)


@pytest.mark.parametrize("error", [CloneFailed(f"remote: {FULL}"), StorageError("the disk is full"), OSError(5, "EIO")])
def test_hearsay_of_a_full_disk_is_not_believed(error: Exception, tmp_path: Path) -> None:
    """What a remote side can make git say does not stop a run while there is room."""
    assert not disk_full(raised(error), tmp_path)
