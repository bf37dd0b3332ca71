"""The gate over files: each is the one that the manifest names, and none is missing or too many."""

from __future__ import annotations

from collections.abc import Iterator

from codestrata.export.reading.dataset import Folder
from codestrata.export.validate.judgement import MOST, Judgement
from codestrata.export.write import manifest

#: What is said of a file that the manifest does not name.
EXTRA = "is not in the manifest"
_ABOUT = "Every file is the one that the manifest names."


def files(folder: Folder) -> Judgement:
    """Hash every file of a dataset."""
    wrong = [f"{path}: {why}" for path, why in differing(folder)]
    if not wrong:
        return Judgement("files", "passed", _ABOUT)
    return Judgement(
        "files", "failed", _ABOUT, failing=len(wrong), rows=wrong[:MOST], why=f"files that differ: {len(wrong)}"
    )


def differing(folder: Folder) -> Iterator[tuple[str, str]]:
    """Give every file that is not the one that the manifest names, and why: all of them are read."""
    said = {one["path"]: one for one in folder.said["files"]}
    there = {one["path"]: one for one in manifest.list_files(folder.path)}
    for path in sorted({*said, *there}):
        if path not in there:
            yield path, "is missing"
        elif path not in said:
            yield path, EXTRA
        elif there[path]["bytes"] != said[path]["bytes"]:
            yield path, f"has {there[path]['bytes']} bytes instead of {said[path]['bytes']}"
        elif there[path]["sha256"] != said[path]["sha256"]:
            yield path, "has another SHA-256"
    if manifest.digest(list(folder.said["files"])) != folder.said["digest"]:
        yield manifest.NAME, "its digest is not that of its files"
