"""The patches of a task once more, from the repository: what a row has must be the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codestrata.errors import StrataError
from codestrata.export.shape.history.contents import Contents
from codestrata.export.shape.verified.candidate import Change
from codestrata.export.shape.verified.candidates import MOST_BYTES
from codestrata.export.shape.verified.patch import patch
from codestrata.git.difference import difference


def remade(git_dir: Path, row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Give the patches of a row, of sources and of tests; None where the repository cannot have them."""
    tests = {one["path"] for one in json.loads(row["files"]) if one["test"]}
    try:
        listed = difference(git_dir, row["base_commit"], row["commit"])
        changes = [Change(path, path in tests, *d[1:], head=path) for d in listed for path in [d.path.decode()]]
        blobs = [bytes.fromhex(blob) for one in changes for blob in (one.old_blob, one.new_blob) if blob]
        texts = {blob.hex(): text or "" for blob, text in Contents(git_dir, MOST_BYTES).texts(blobs).items()}
    except (StrataError, ValueError):
        return None
    of_sources, of_tests = (patch([c for c in changes if c.test is test], texts) for test in (False, True))
    return of_sources, of_tests
