"""Where pipelines keep what lies in the workspace."""

from __future__ import annotations

from pathlib import Path

#: Below the workspace: compiled plans, artifacts, caches, rooms, what was learnt of registries.
FOLDER = "ci"


def plans(workspace: Path) -> Path:
    """Give the folder of compiled plans, each named by its hash."""
    return workspace / FOLDER / "plans"


def artifacts(workspace: Path) -> Path:
    """Give the folder of artifacts, each a tar file named by its SHA-256."""
    return workspace / FOLDER / "artifacts"


def cache(workspace: Path, repository: str) -> Path:
    """Give the folder of one repository's caches: what foreign code wrote never reaches another repository."""
    return workspace / FOLDER / "cache" / repository


def registries(workspace: Path) -> Path:
    """Give the folder of what was learnt about package registries."""
    return workspace / FOLDER / "registries"


def rooms(workspace: Path) -> Path:
    """Give the folder that rooms of runners lie in while they live."""
    return workspace / FOLDER / "rooms"
