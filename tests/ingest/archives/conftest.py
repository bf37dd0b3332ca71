"""Looking into the bare repository an archive became."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Bare:
    """A bare repository as git itself sees it."""

    path: Path

    def git(self, *arguments: str) -> bytes:
        """Run git in it, away from the user's configuration."""
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent"}
        command = ["git", f"--git-dir={self.path}", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    def tree(self, ref: str = "HEAD") -> dict[bytes, tuple[str, bytes]]:
        """Give path → (mode, content) of every file of a commit."""
        out = {}
        for line in self.git("ls-tree", "-r", "-z", ref).split(b"\0")[:-1]:
            head, _, path = line.partition(b"\t")
            mode, _, blob = head.decode().split()
            out[path] = (mode, self.git("cat-file", "blob", blob))
        return out


@pytest.fixture
def bare(tmp_path: Path) -> Callable[[], Bare]:
    """Give a maker of places for bare repositories."""
    numbers = iter(range(1000))
    return lambda: Bare(tmp_path / f"bare{next(numbers)}.git")
