"""Toolchains of the host outside /usr: rooms see them read-only, at the same path.

Only folders that a toolchain's own program names are bound, and never one that holds a home folder, or the parts of it
in which credentials lie.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from codestrata.sandbox.base import HOME

_PATIENCE = 10.0
#: Folders of a home in which programs keep passwords and keys, beside programs: ``~/.local/bin/node`` is in one.
_PRIVATE = (".cargo", ".config", ".gnupg", ".local/share", ".ssh")


@dataclass(frozen=True, slots=True)
class Toolchains:
    """``folders`` are bound, ``bins`` come first on the PATH."""

    folders: tuple[str, ...] = ()
    bins: tuple[str, ...] = ()

    def environment(self, path: str) -> dict[str, str]:
        """Give the PATH, with what a home folder and the toolchains have first on it."""
        own = [f"{HOME}/.local/bin", f"{HOME}/.cargo/bin", f"{HOME}/go/bin"]
        return {"PATH": ":".join([*own, *self.bins, path])}


@cache
def find(more: tuple[str, ...] = ()) -> Toolchains:
    """Find the host's toolchains, once for each process; ``more`` are folders that the settings name."""
    with ThreadPoolExecutor(len(_FINDERS)) as pool:
        found = list(pool.map(lambda finder: finder(), _FINDERS))
    roots = [Path(name).absolute() for name in more] + [root for root in found if root]
    with suppress(RuntimeError):  # this user has no home folder
        home = Path.home().resolve()
        kept = (home, *(home / name for name in _PRIVATE))
        roots = [root for root in roots if not any(place.is_relative_to(root.resolve()) for place in kept)]
    roots = [root for root in roots if root.is_dir()]
    bins = [str(folder) for root in roots if (folder := root / "bin").is_dir()]
    outside = [str(root) for root in roots if not root.is_relative_to("/usr")]
    return Toolchains(tuple(dict.fromkeys(outside)), tuple(dict.fromkeys(bins)))


def _said(*command: str) -> Path | None:
    """Give the folder that a program names as its own."""
    program = shutil.which(command[0])
    if not program:
        return None
    try:
        done = subprocess.run([program, *command[1:]], capture_output=True, timeout=_PATIENCE, check=True, cwd="/")
    except (OSError, subprocess.SubprocessError):
        return None
    root = Path(os.fsdecode(done.stdout.strip()))
    return root if root.is_absolute() and root != Path("/usr") else None


def _linked(name: str) -> Path | None:
    """Give the folder above the ``bin`` that a program really lies in."""
    program = shutil.which(name)
    if not program:
        return None
    folder = Path(program).resolve().parent
    return folder.parent if folder.name == "bin" and folder.parent != Path("/usr") else None


_FINDERS: tuple[Callable[[], Path | None], ...] = (
    lambda: _said("rustc", "--print", "sysroot"),
    lambda: _said("go", "env", "GOROOT"),
    lambda: _said("python3", "-I", "-c", "import sys; print(sys.base_prefix)"),
    lambda: _linked("node"),
    lambda: _linked("java"),
)
