"""Removes rooms whose owners are no more."""

from __future__ import annotations

from pathlib import Path

from codestrata.sandbox.local.groups import Place, members, remove_group
from codestrata.sandbox.local.opening import PREFIX, remove_left
from codestrata.sandbox.owner import alive


def sweep(scratch: Path) -> list[str]:
    """Remove the rooms in scratch that nobody owns any more; gives their names: job, process, its start."""
    swept = []
    if scratch.is_dir():
        for folder in sorted(scratch.iterdir()):
            _, _, owner = _parts(folder.name)
            if owner and not alive(owner):
                remove_left(folder)
                swept.append(folder.name)
    return swept


def sweep_groups(place: Place | None) -> None:
    """Remove empty control groups of rooms that nobody owns any more, wherever their scratch was."""
    for folder in set(place.folders.values()) if place else ():
        for group in folder.glob(f"{PREFIX}*.*.*"):
            _, _, owner = _parts(group.name.removeprefix(PREFIX))
            if owner and not alive(owner) and not any(members(at) for at in (group, *group.glob("*/"))):
                remove_group(group)


def _parts(name: str) -> tuple[str, str, str]:
    """Take a room's name apart: the job, a dot, and its owner as ``owner.me`` names it."""
    job, dot, rest = name.partition(".")
    pid, _, started = rest.partition(".")
    return job, dot, f"{pid}:{started}" if pid.isdigit() and started.isdigit() else ""
