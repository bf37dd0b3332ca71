"""History as the ``commits`` and ``changes`` tables, from one ``git log`` stream."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from codestrata.errors import LimitExceeded
from codestrata.git.command import DEFAULT_LIMITS, GitLimits, GitStream, stream_git
from codestrata.git.commits import cut_commits
from codestrata.git.logparse import FORMAT, Block, parse_block
from codestrata.git.logtable import changes_table, commits_table
from codestrata.store.columns import Columns, Varlen, concat

#: Read so much of the stream before parsing; a commit that is longer is waited for.
_BLOCK = 4 << 20
#: Blobs above this count as binary in line counts (git's own default would hold 512 MB twice).
_BIG_FILE = "64m"
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
    cut: Mapping[str, tuple[str, ...]] | None = None,
    max_bytes: int = 8 << 30,
    limits: GitLimits = DEFAULT_LIMITS,
    timeout: float = 3600.0,
) -> History:
    """Read the history reachable from some revisions (commit ids, ``--branches``, ``--tags``).

    Merges have no changes of their own, as in ``git log``. Without blobs (a blobless clone) renames are found by equal
    content only and lines are -1. Where a shallow clone cuts the history (``cut``: as ``cut_commits`` gives it), the
    true parents are given and no changes.
    Raises LimitExceeded, AnalysisTimeout, GitFailed.
    """
    cut = cut_commits(git_dir, limits=limits) if cut is None else cut
    ends = frozenset(name.encode() for name in cut)
    tables, carry, seen = _Tables(detail), b"", 0
    args = ["log", "-z", *_FLAGS, *_detail(detail, has_blobs=has_blobs), FORMAT, *revisions, "--"]
    with stream_git(args, git_dir=git_dir, limits=limits, timeout=timeout, config=_config(revisions, cut)) as stream:
        while chunk := _take(stream, max(_BLOCK, len(carry))):
            seen += len(chunk)
            if seen > max_bytes:
                msg = f"the log of its history takes more than {max_bytes} bytes"
                raise LimitExceeded(msg, where=git_dir.name, hint="raise ingest.limits.max_history_bytes")
            block, carry = parse_block(carry + chunk, last=False, cut=ends)
            tables.add(block)
    tables.add(parse_block(carry, last=True, cut=ends)[0])
    commits = _with_true_parents(concat(tables.commits), cut)
    return History(commits, concat(tables.changes) if tables.changes else None)


def _detail(detail: Detail, *, has_blobs: bool) -> list[str]:
    if detail is Detail.COMMITS:
        return ["--no-patch"]
    if not has_blobs:
        return ["--raw", "-M100%"]
    return ["--raw", "--numstat", "-M"] if detail is Detail.NUMSTAT else ["--raw", "-M"]


def _config(revisions: Sequence[str], cut: Collection[str]) -> list[tuple[str, str]]:
    """Give the configuration; when all asked for is cut off at once, git need not list whole trees for nothing."""
    show_root = not all(revision in cut for revision in revisions)
    return [("core.bigFileThreshold", _BIG_FILE), ("log.showRoot", str(show_root).lower())]


def _take(stream: GitStream, size: int) -> bytes:
    """Read at least so many bytes, unless the stream ends: a commit longer than a block doubles the block."""
    parts, got = [], 0
    while got < size and (part := stream.read()):
        parts.append(part)
        got += len(part)
    return b"".join(parts)


def _with_true_parents(commits: Columns, cut: Mapping[str, tuple[str, ...]]) -> Columns:
    """Put the parents that the commit objects name where git shows none, because it does not have them."""
    ids, parents = commits["commit"], commits["parents"]
    if not cut or not isinstance(ids, Varlen) or not isinstance(parents, Varlen):
        return commits
    listed = [" ".join(cut.get(name.hex(), ())).encode() or shown for name, shown in zip(ids, parents, strict=True)]
    return commits | {"parents": Varlen.of(listed)}
