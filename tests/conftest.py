"""Shared fixtures: real Git repositories, built in a moment with ``git fast-import``."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest


def git(cwd: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """Run git for a test's set-up, away from the user's own configuration."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(cwd),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
    return subprocess.run(
        ["git", *arguments], cwd=cwd, env=environment, input=stdin, capture_output=True, check=True
    ).stdout


@dataclass
class RepoBuilder:
    """A bare repository that grows commit by commit; commit k happens k hours after 2024-01-01."""

    path: Path
    commits: list[str] = field(default_factory=list)
    name: str = "Ada Example"
    email: str = "ada@example.org"

    def commit(
        self,
        files: Mapping[str | bytes, str | bytes | None],
        message: str = "change",
        *,
        modes: Mapping[str | bytes, str] | None = None,
    ) -> str:
        """Add one commit: path → content, None deletes; ``modes``: 100755, 120000 or 160000 (content: commit id)."""
        when = 1_704_067_200 + 3600 * len(self.commits)
        who = f"{self.name} <{self.email}> {when} +0000".encode()
        text = message.encode()
        out = [b"commit refs/heads/main", b"author " + who, b"committer " + who, b"data %d" % len(text), text]
        if self.commits:
            out.append(b"from " + self.commits[-1].encode())
        for path, content in files.items():
            raw = path.encode() if isinstance(path, str) else path
            quoted = b'"' + b"".join(b"\\%03o" % c for c in raw) + b'"'
            if content is None:
                out.append(b"D " + quoted)
                continue
            body = content.encode() if isinstance(content, str) else content
            mode = (modes or {}).get(path, "100644").encode()
            if mode == b"160000":
                out.append(b"M 160000 " + body + b" " + quoted)
            else:
                out += [b"M " + mode + b" inline " + quoted, b"data %d" % len(body), body]
        stream = b"\n".join(out) + b"\n"
        git(self.path, "fast-import", "--quiet", "--force", stdin=stream)
        self.commits.append(git(self.path, "rev-parse", "refs/heads/main").decode().strip())
        return self.commits[-1]

    def git(self, *arguments: str) -> bytes:
        """Run git in this repository."""
        return git(self.path, *arguments)


@pytest.fixture
def make_repo(tmp_path: Path) -> Callable[..., RepoBuilder]:
    """Give a maker of bare repositories: ``make_repo("name", {path: content, …})``."""

    def make(name: str = "repo", files: Mapping[str | bytes, str | bytes | None] | None = None) -> RepoBuilder:
        path = tmp_path / f"{name}.git"
        path.mkdir(parents=True)
        git(path, "init", "-q", "--bare", "-b", "main")
        builder = RepoBuilder(path)
        if files:
            builder.commit(files, "first")
        return builder

    return make
