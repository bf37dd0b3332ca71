"""What differs between the trees of two commits, file by file; renames are a file that goes and one that comes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from codestrata.git.command import DEFAULT_LIMITS, GitLimits, run_git

#: Bytes of a listing at most: some hundred thousand files.
_MOST = 64 << 20


class Difference(NamedTuple):
    """A path, and mode and blob id (hexadecimal) of the file before and after; 0 and "" where there is none."""

    path: bytes
    old_mode: int
    old_blob: str
    new_mode: int
    new_blob: str


def difference(
    git_dir: Path, before: str, after: str, *, limits: GitLimits = DEFAULT_LIMITS, timeout: float = 600.0
) -> Sequence[Difference]:
    """List what differs between two commits, sorted by path. Raises GitFailed, LimitExceeded, AnalysisTimeout."""
    args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", before, after, "--"]
    raw = run_git(args, git_dir=git_dir, limits=limits, timeout=timeout, max_output=_MOST)
    fields = raw.split(b"\0")[:-1]
    return sorted(_read(head, path) for head, path in zip(fields[::2], fields[1::2], strict=True))


def _read(head: bytes, path: bytes) -> Difference:
    """Read ``:100644 100755 OLD NEW M``. Source: git-diff-tree(1), "Raw output format"."""
    old_mode, new_mode, old, new, _ = head[1:].decode("ascii").split(" ")
    return Difference(path, int(old_mode, 8), old.strip("0") and old, int(new_mode, 8), new.strip("0") and new)
