"""History as the ``commits`` and ``changes`` tables, from one ``git log`` stream."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from codestrata.errors import LimitExceeded
from codestrata.git.command import DEFAULT_LIMITS, GitLimits, GitStream, stream_git
from codestrata.git.commits import read_commits
from codestrata.git.logparse import FORMAT, Block, parse_block
from codestrata.git.logtable import changes_table, commits_table
from codestrata.git.refs import read_plain
from codestrata.store.columns import Columns, Varlen, concat

#: Read so much of the stream before parsing; a commit that is longer is waited for.
_BLOCK = 4 << 20
#: Blobs above this count as binary in line counts (git's own default would hold 512 MB twice).
_BIG_FILE = "64m"
_SHALLOW_FILE = 64 << 20
_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
#: Everything a configuration could bend, said aloud.
_FLAGS = (
    "--encoding=UTF-8",
    "--date=raw",
    "--no-abbrev",
    "--no-color",
    "--no-notes",
    "--no-mailmap",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--diff-merges=off",
    "--diff-algorithm=myers",
    "--ignore-submodules=none",
    "-l1000",
)


class Detail(StrEnum):
    """How much of the history is read."""

    COMMITS = "commits"
    """Who, when, why, and the parents."""
    CHANGES = "changes"
    """Also the files each commit changed, with renames."""
    NUMSTAT = "numstat"
    """Also the lines added and deleted; ten to twenty times the work."""


@dataclass(frozen=True, slots=True)
class History:
    """``commits`` in the order of ``git log``; ``changes`` in the same order, None unless asked for."""

    commits: Columns
    changes: Columns | None


@dataclass(slots=True)
class _Tables:
    detail: Detail
    commits: list[Columns] = field(default_factory=list)
    changes: list[Columns] = field(default_factory=list)

    def add(self, block: Block) -> None:
        if block.commits or not self.commits:
            self.commits.append(commits_table(block.commits))
            if self.detail is not Detail.COMMITS:
                self.changes.append(changes_table(block))


def read_history(
    git_dir: Path,
    revisions: Sequence[str],
    *,
    detail: Detail = Detail.CHANGES,
    has_blobs: bool = True,
    max_bytes: int = 8 << 30,
    limits: GitLimits = DEFAULT_LIMITS,
    timeout: float = 3600.0,
) -> History:
    """Read the history reachable from some revisions (commit ids, ``--branches``, ``--tags``).

    Merges have no changes of their own, as in ``git log``. Without blobs (a blobless clone) renames are found by equal
    content only and lines are -1. Where a shallow clone cuts the history, the true parents are given and no changes.
    Raises LimitExceeded, AnalysisTimeout, GitFailed.
    """
    cut = shallow_commits(git_dir)
    tables, carry, seen = _Tables(detail), b"", 0
    args = ["log", "-z", *_FLAGS, *_detail(detail, has_blobs=has_blobs), FORMAT, *revisions, "--"]
    with stream_git(args, git_dir=git_dir, limits=limits, timeout=timeout, config=_config(revisions, cut)) as stream:
        while chunk := _take(stream, max(_BLOCK, len(carry))):
            seen += len(chunk)
            if seen > max_bytes:
                msg = f"the log of its history takes more than {max_bytes} bytes"
                raise LimitExceeded(msg, where=git_dir.name, hint="raise ingest.limits.max_history_bytes")
            block, carry = parse_block(carry + chunk, last=False, cut=cut)
            tables.add(block)
    tables.add(parse_block(carry, last=True, cut=cut)[0])
    commits = _with_true_parents(concat(tables.commits), git_dir, cut, limits)
    return History(commits, concat(tables.changes) if tables.changes else None)


def shallow_commits(git_dir: Path) -> frozenset[bytes]:
    """Give the commits (hexadecimal) at which this repository's history was cut off."""
    return frozenset(_ID.findall(read_plain(git_dir / "shallow", _SHALLOW_FILE)))


def _detail(detail: Detail, *, has_blobs: bool) -> list[str]:
    if detail is Detail.COMMITS:
        return ["--no-patch"]
    if not has_blobs:
        return ["--raw", "-M100%"]
    return ["--raw", "--numstat", "-M"] if detail is Detail.NUMSTAT else ["--raw", "-M"]


def _config(revisions: Sequence[str], cut: frozenset[bytes]) -> list[tuple[str, str]]:
    """Give the configuration; when all asked for is cut off at once, git need not list whole trees for nothing."""
    show_root = not all(revision.encode() in cut for revision in revisions)
    return [("core.bigFileThreshold", _BIG_FILE), ("log.showRoot", str(show_root).lower())]


def _take(stream: GitStream, size: int) -> bytes:
    """Read at least so many bytes, unless the stream ends: a commit longer than a block doubles the block."""
    parts, got = [], 0
    while got < size and (part := stream.read()):
        parts.append(part)
        got += len(part)
    return b"".join(parts)


def _with_true_parents(commits: Columns, git_dir: Path, cut: frozenset[bytes], limits: GitLimits) -> Columns:
    """Put the parents that the commit objects name where git shows none, because it does not have them."""
    ids, parents = commits["commit"], commits["parents"]
    if not cut or not isinstance(ids, Varlen) or not isinstance(parents, Varlen):
        return commits
    names = [name.hex() for name in ids]
    rows = [i for i, name in enumerate(names) if name.encode() in cut]
    listed = list(parents)
    for i, commit in zip(rows, read_commits(git_dir, [names[i] for i in rows], limits=limits), strict=True):
        listed[i] = " ".join(commit.parents).encode()
    return commits | {"parents": Varlen.of(listed)}
