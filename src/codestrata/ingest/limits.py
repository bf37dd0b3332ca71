"""From the settings to the limits of git and of a tree, and the checks a whole repository must pass."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codestrata.errors import LimitExceeded
from codestrata.git.command import GitLimits
from codestrata.git.tree import REGULAR, SUBMODULE, TreeLimits
from codestrata.settings.git import GitSettings
from codestrata.settings.ingest import LimitSettings
from codestrata.store.columns import Columns


def git_limits(git: GitSettings, limits: LimitSettings) -> GitLimits:
    """Give what one git process may use; the kernel itself stops a pack that grows too large."""
    return GitLimits(
        memory=git.memory_mb << 20,
        cpu_seconds=git.cpu_seconds,
        file_bytes=limits.max_pack_bytes,
    )


def tree_limits(limits: LimitSettings) -> TreeLimits:
    """Give how large a tree may be."""
    return TreeLimits(limits.max_entries, limits.max_path_bytes, limits.max_depth)


def total_bytes(files: Columns) -> int:
    """Sum the sizes of files and links; submodules and missing blobs count nothing."""
    return int(np.maximum(np.asarray(files["size"]), 0).sum())


def check_content(files: Columns, git_dir: Path, limits: LimitSettings) -> None:
    """Refuse a tree that is too large, or unpacks to far more than its packs weigh. Raises LimitExceeded."""
    total = total_bytes(files)
    if total > limits.max_bytes:
        reason = f"its files take {total:,} bytes (at most {limits.max_bytes:,})"
        raise LimitExceeded(reason, hint="raise ingest.limits.max_bytes")
    if total < limits.ratio_from_bytes:
        return
    stored = stored_bytes(git_dir)
    if total > stored * limits.max_ratio:
        reason = f"{total:,} bytes of files come out of {stored:,} bytes of objects: a compression bomb"
        raise LimitExceeded(reason, hint="raise ingest.limits.max_ratio if it is honest")


def regular_files(files: Columns) -> NDArray[np.bool_]:
    """Mark the regular files (modes 100644 and 100755, and their odd old variants), not links or submodules."""
    modes: NDArray[np.int32] = np.asarray(files["mode"], np.int32)
    regular: NDArray[np.bool_] = modes & SUBMODULE == REGULAR
    return regular


def stored_bytes(git_dir: Path) -> int:
    """Weigh everything under ``objects``."""
    return sum(entry.stat().st_size for entry in _walk(git_dir / "objects"))


def _walk(folder: Path) -> Iterable[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield entry
