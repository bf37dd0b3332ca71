"""What an exception says about trying again, and whether the disk is full."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from codestrata.errors import ErrorClass, RateLimitExceeded, StorageError, StrataError
from codestrata.store.tasks import Cost, Failure

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_WORDS = ("No space left on device", "Disk quota exceeded", "File too large")
#: Characters of a message that are kept.
_LONGEST = 1000
#: Bytes of free space below which a disk is as good as full.
_ROOM = 16 << 20


def classify(error: BaseException, cost: Cost) -> Failure:
    """Give the failure that an exception stands for."""
    if isinstance(error, StrataError):
        wait = error.retry_after if isinstance(error, RateLimitExceeded) else 0.0
        message = f"{error.where}: {error.message}" if error.where else error.message
        return Failure(error.error_class, _line(message), _line(error.hint), wait, cost=cost)
    told = _line(f"{type(error).__name__}: {error}")
    if out_of_memory(error):
        return Failure(ErrorClass.OOM, told, "raise engine.memory_mb", cost=cost)
    if isinstance(error, TimeoutError):
        return Failure(ErrorClass.TIMEOUT, told, cost=cost)
    if isinstance(error, OSError):
        return Failure(ErrorClass.INFRA, told, cost=cost)
    return Failure(
        ErrorClass.CODE, f"{told}{_place(error)}", "this is a defect of codestrata: please report it", cost=cost
    )


def out_of_memory(error: BaseException) -> bool:
    """Say whether memory ran out, here or in DuckDB (whose error class is only known once DuckDB is loaded)."""
    return isinstance(error, MemoryError) or any(
        kind.__name__ == "OutOfMemoryException" for kind in type(error).__mro__
    )


def disk_full(error: BaseException, folder: Path) -> bool:
    """Say whether an error, or what caused it, is a disk without room.

    Only witnesses that nobody outside can prompt count: the system's error number, SQLite, DuckDB. What git wrote may
    quote a hostile repository, so a StorageError for that reason alone counts only if hardly any room is left.
    """
    if any(_witness(one) for one in _chain(error)):
        return True
    return isinstance(error, StorageError) and shutil.disk_usage(folder).free < _ROOM


def _line(text: str) -> str:
    """Give the first line, of bearable length, without what could move a terminal's cursor: it may quote anybody."""
    first = text.strip().partition("\n")[0][:_LONGEST]
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in first)


def _witness(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in _FULL
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
    return type(error).__module__.partition(".")[0] in {"duckdb", "_duckdb"} and any(w in str(error) for w in _WORDS)


def _chain(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    for _ in range(16):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__


def _place(error: BaseException) -> str:
    """Say in which function of the program it happened: the last frame."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    code = trace.tb_frame.f_code
    return f" [{trace.tb_frame.f_globals.get('__name__', '?')}.{code.co_name}:{trace.tb_lineno}]"
