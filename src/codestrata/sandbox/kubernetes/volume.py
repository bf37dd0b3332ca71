"""The shared volume that rooms lie on: this host has it mounted, pods mount the claim."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput, LimitExceeded
from codestrata.sandbox.base import UID, Command, Job
from codestrata.sandbox.files import Tree, claim, destroy, furnish
from codestrata.sandbox.files.walk import entries
from codestrata.sandbox.kubernetes import names
from codestrata.sandbox.kubernetes.manifests import enter

if TYPE_CHECKING:
    from codestrata.sandbox.kubernetes.running import PodHandle

_ROOMS = "rooms"
_LABELS = "labels.json"
_BLOCK = 512
#: Bytes that a name is counted as, at least: so names are limited, too.
_NAME = 1024


@dataclass(frozen=True, slots=True)
class Volume:
    """A claim, and the folder that this host has it mounted at."""

    claim: str
    folder: Path

    @classmethod
    def of_setting(cls, text: str) -> Volume:
        """Read ``claim:/path``. Raises InvalidInput for anything else."""
        claim, _, folder = text.partition(":")
        if not claim or not folder.startswith("/"):
            hint = "sandbox.kubernetes_volume=claim:/path: a claim that pods can mount, and where this host has it"
            raise InvalidInput(f"no shared volume: {text!r}", where="sandbox.kubernetes_volume", hint=hint)
        return cls(claim, Path(folder))

    def try_out(self) -> str:
        """Write and remove a file with the owner that pods have; gives why that fails, "" when it works."""
        if os.geteuid() not in {0, UID}:
            return f"files of rooms must belong to user {UID}: run as that user, or as root"
        path = self.folder / f".strata-{os.getpid()}"
        try:
            path.touch()
            os.chown(path, *owners())
            path.unlink()
        except OSError as error:
            return f"{self.folder}: {error.strerror}"
        return ""

    def rooms(self) -> Path:
        """Give the folder of all rooms."""
        return self.folder / _ROOMS

    def open(self, job: Job) -> KubernetesRoom:
        """Make a room's folder and fill it."""
        root = self.rooms() / names.name(job)
        claim(root, job)
        (root / _LABELS).write_text(json.dumps(names.labels(job)), encoding="utf-8")
        (root / "control").mkdir()
        room = KubernetesRoom(job, root, f"{_ROOMS}/{root.name}", Tree(root, owners()[0]))
        furnish(room.files, job, root)
        return room

    def sweep(self) -> set[str]:
        """Remove the folders of rooms whose owners are gone; gives their jobs."""
        swept = set()
        for path in sorted(self.rooms().glob(f"*/{_LABELS}")):
            labelled = json.loads(path.read_text(encoding="utf-8") or "{}")
            if not names.alive(labelled):
                destroy(path.parent)
                swept.add(names.job_of(labelled))
        return swept


@dataclass(slots=True)
class KubernetesRoom:
    """A folder of the volume: ``work``, ``home``, and ``control`` with the scripts of commands."""

    job: Job
    root: Path
    folder: str
    files: Tree
    handles: list[PodHandle] = field(default_factory=list)
    sealed: bool = False

    def write(self, command: Command, number: int) -> None:
        """Write what a command's container starts with; pods see it read-only."""
        place = self.root / "control" / str(number)
        place.mkdir()
        (place / "enter").write_text(enter(command, self.job.limits.disk), encoding="utf-8")
        (place / "script").write_text(command.script, encoding="utf-8")
        for path in (self.root, place.parent, place):
            path.chmod(0o755)
        for path in (place / "enter", place / "script"):
            path.chmod(0o644)

    def size(self) -> int:
        """Give the bytes that the room's files take on the volume."""
        return sum(map(_size, (self.files.work, self.files.home)))


def owners() -> tuple[int, int]:
    """Give whose files become: the user of pods, or ours (-1) where we are no root."""
    return (UID, UID) if os.geteuid() == 0 else (-1, -1)


def _size(folder: Path) -> int:
    """Add up what lies in a folder; a name takes place, too. What is too deep to be measured is too much."""
    try:
        return sum(max(entry.info.st_blocks * _BLOCK, _NAME) for entry in entries(folder))
    except LimitExceeded:
        return sys.maxsize
    except OSError:  # it changes under our hands: the next look will tell
        return 0
