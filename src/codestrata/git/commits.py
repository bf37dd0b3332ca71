"""What a commit object itself says: its tree, its true parents (also where a shallow clone is cut) and its time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from codestrata.errors import DamagedRepository
from codestrata.git.command import DEFAULT_LIMITS, GitLimits, run_git
from codestrata.git.refs import read_plain

_SHALLOW_FILE = 64 << 20
_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_TREE = re.compile(rb"tree ([0-9a-f]{40,64})\n")
_PARENT = re.compile(rb"\nparent ([0-9a-f]{40,64})(?=\n)")
_COMMITTER = re.compile(rb"\ncommitter [^\n]*?> (\d{1,18}) [+-]\d+(?=\n)")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: ``id``, ``tree``, ``parents`` and ``committed_at`` (seconds since 1970; 0 when unreadable)."""

    id: str
    tree: str
    parents: tuple[str, ...]
    committed_at: int


def read_commits(
    git_dir: Path, ids: Sequence[str], *, skip_missing: bool = False, limits: GitLimits = DEFAULT_LIMITS
) -> list[Commit]:
    """Read commits by id. Raises DamagedRepository when one is missing (unless skipped) or is not a commit."""
    if not ids:
        return []
    asked = "".join(f"{name}\n" for name in ids).encode()
    data = run_git(["cat-file", "--batch", "--buffer"], git_dir=git_dir, stdin=asked, limits=limits)
    commits, at = [], 0
    for name in ids:
        end = data.find(b"\n", at)
        kind = data[at:end].split(b" ")
        if skip_missing and kind[1:] == [b"missing"]:
            at = end + 1
            continue
        if end < 0 or kind[1:2] != [b"commit"]:
            hint = "try `git fsck` there"
            raise DamagedRepository(f"commit {name} is missing or broken", where=git_dir.name, hint=hint)
        size = int(kind[2])
        commits.append(_parse(name, data[end + 1 : end + 1 + size], git_dir))
        at = end + size + 2
    return commits


def cut_commits(
    git_dir: Path, *, known: Sequence[Commit] = (), limits: GitLimits = DEFAULT_LIMITS
) -> dict[str, tuple[str, ...]]:
    """Give the commits at which this repository's history was cut off, with their true parents.

    Git also notes a commit without parents as cut when it lies just at the depth asked for: that one is left out.
    Commits that are ``known`` are not read again.
    """
    noted = [name.decode() for name in _ID.findall(read_plain(git_dir / "shallow", _SHALLOW_FILE))]
    have = {commit.id: commit for commit in known}
    found = read_commits(git_dir, [name for name in noted if name not in have], skip_missing=True, limits=limits)
    found += [have[name] for name in noted if name in have]
    return {commit.id: commit.parents for commit in found if commit.parents}


def _parse(name: str, body: bytes, git_dir: Path) -> Commit:
    header = body[: body.find(b"\n\n") + 1] or body
    tree, committer = _TREE.match(header), _COMMITTER.search(header)
    if not tree:
        raise DamagedRepository(f"commit {name} names no tree", where=git_dir.name)
    parents = tuple(parent.decode() for parent in _PARENT.findall(header))
    return Commit(name, tree[1].decode(), parents, int(committer[1]) if committer else 0)
