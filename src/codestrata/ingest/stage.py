"""The ``ingest`` stage: one repository → its snapshot, its ``files``, its ``commits`` and ``changes``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, Stage, View
from codestrata.errors import DamagedRepository, LimitExceeded, StrataError
from codestrata.git.command import GitFailed
from codestrata.git.commits import Commit, read_commits
from codestrata.git.history import Detail, History, read_history, shallow_commits
from codestrata.git.tree import Listing, empty_files, list_tree
from codestrata.ingest.limits import check_content, git_limits, regular_files, tree_limits
from codestrata.ingest.materialise import Bare, materialise, place
from codestrata.ingest.plan import STAGE, partition, pinned
from codestrata.model import Completeness, Origin, OriginKind, Repository, Snapshot
from codestrata.store.columns import Columns, rows

if TYPE_CHECKING:
    from pathlib import Path

#: The folder of bare repositories, in the workspace.
FOLDER = "git"
