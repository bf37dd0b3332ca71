"""What this machine can do, tried for real, and what to install for the rest."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from codestrata.errors import StrataError

#: Free space, in bytes, below which a run of any size is unlikely to end well.
_LITTLE = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One part: ``state`` is ok, slow (there is a slower way) or missing; ``needed``: nothing works without it."""

    name: str
    state: str
    detail: str
    hint: str = ""
    needed: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def examine() -> list[Check]:
    """Try every part."""
    parts: tuple[Callable[[], Check], ...] = (_python, _git, _kernels, _inflate, _duckdb, _disk, _memory, _sandbox)
    return [*(part() for part in parts), *(_client(*row) for row in _CLIENTS)]


_CLIENTS = (
    ("pip", "pkg:pypi/… origins", "python -m ensurepip"),
    ("npm", "pkg:npm/… origins", "install Node.js with npm"),
    ("cargo", "pkg:cargo/… origins", "install Rust with cargo"),
)


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", "ok", found, needed=True)


def _git() -> Check:
    from codestrata.git.version import git_version

    try:
        found = git_version()
    except StrataError as error:
        return Check("git", "missing", error.message, error.hint or "install git", needed=True)
    return Check("git", "ok" if found.patched else "slow", found.text, found.advice, needed=True)


def _kernels() -> Check:
    from codestrata.kernels.library import library, stale

    if stale():
        hint = "build them again: pip install -e . in a checkout, or pip install --force-reinstall codestrata"
        return Check("native kernels", "slow", "compiled from other sources: NumPy does the work", hint)
    if library() is None:
        hint = "install a C compiler and install codestrata again"
        return Check("native kernels", "slow", "not built: NumPy does the work, with the same bytes", hint)
    return Check("native kernels", "ok", "loaded")


def _inflate() -> Check:
    from codestrata.kernels.inflate import inflater

    if inflater() is None:
        return Check("pack reader", "slow", "git cat-file reads the objects", "pip install deflate")
    return Check("pack reader", "ok", "native, libdeflate")


def _duckdb() -> Check:
    import duckdb
    import numpy as np

    from codestrata.store.tables import Tables

    with tempfile.TemporaryDirectory() as folder:
        tables = Tables(Path(folder))
        tables.read([tables.write("doctor", {"x": np.arange(3)})])
    return Check("DuckDB", "ok", f"{duckdb.__version__}, reads Parquet", needed=True)


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free
    detail = f"{free / 1e9:.1f} GB free here"
    if free < _LITTLE:
        return Check("disk", "slow", detail, "use --workspace and --out on a larger disk")
    return Check("disk", "ok", detail)


def _memory() -> Check:
    import os

    cores = len(os.sched_getaffinity(0))
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Check("processors", "ok", f"{cores} cores, {total / 1e9:.0f} GB of memory")


def _sandbox() -> Check:
    """Name the first runner that can be used, with its grade."""
    from codestrata.settings.sandbox import SandboxSettings
    from codestrata.workspace.sandbox import Rooms

    with Rooms(SandboxSettings()) as rooms:
        for found in rooms.probe():
            if found.caps.usable:
                return Check(
                    "sandbox", "ok", f"{found.caps.runner}, grade {found.grade}", "strata doctor sandbox has more"
                )
    return Check("sandbox", "missing", "foreign code cannot run here", "strata doctor sandbox says what is missing")


def _client(name: str, use: str, hint: str) -> Check:
    found = shutil.which(name)
    return Check(name, "ok" if found else "missing", use, "" if found else hint)
