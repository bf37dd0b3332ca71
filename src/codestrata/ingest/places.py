"""Where the bare repositories lie in a workspace, and what is noted beside their objects."""

from __future__ import annotations

from pathlib import Path

#: The folder of bare repositories, in the workspace.
FOLDER = "git"
#: Beside the objects: the packs that were found to be sound, each with its size and time of change.
CHECKED = "checked-packs"
#: Beside the objects once a blob of a tree was not there, or could not be read: from then on what the stores hold is
#: part of what an ingest depends on. It stays when all is mended, or the key of before would bring the old answer back.
LACKING = "lacking"


def place(folder: Path, repository_id: str) -> Path:
    """Give the folder of a repository: ``<first two of id>/<id>.git``."""
    return folder / repository_id[:2] / f"{repository_id}.git"
