"""The stamp of the installed code: a plan made by other code than this is not this code's plan."""

from __future__ import annotations

import hashlib
import importlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from codestrata.version import SOFTWARE


@cache
def code_stamp(table: str) -> str:
    """Digest names, sizes and times of the files that this package, and that of a table of stages, are made of.

    The version alone would not do: who works on the code does not raise it with every change.
    """
    packages = {__name__.partition(".")[0], table.partition(":")[0].partition(".")[0]}
    files = (one for name in sorted(packages) for one in _files(name))
    told = "\n".join(f"{path} {status.st_size} {status.st_mtime_ns}" for path, status in files)
    return hashlib.blake2b(f"{SOFTWARE}\n{told}".encode(), digest_size=16).hexdigest()


def _files(package: str) -> Iterator[tuple[str, os.stat_result]]:
    file = Path(importlib.import_module(package).__file__ or "")
    if file.name.startswith("__init__."):
        yield from _below(str(file.parent))
    else:
        yield str(file), file.stat()


def _below(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as found:
        for one in sorted(found, key=lambda one: one.name):
            if one.is_dir():
                yield from () if one.name == "__pycache__" else _below(one.path)
            else:
                yield one.path, one.stat()
