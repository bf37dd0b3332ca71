"""What a script of the dummy's can touch, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from codestrata.model.result import ResultClass
from codestrata.sandbox.base import HOME, WORK, Command, Connection, Job


class Ended(Exception):
    """The script is over: its exit status, its class ("" follows from the status), why, and the evidence."""

    def __init__(
        self,
        code: int,
        result: ResultClass | None = None,
        reason: str = "",
        evidence: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(reason)
        self.code, self.result, self.reason = code, result, reason
        self.evidence = dict(evidence or {})


@dataclass(slots=True)
class World:
    """What a script can touch: its room's two folders, its variables, and what the runner does for it."""

    job: Job
    command: Command
    work: Path
    home: Path
    env: Mapping[str, str]
    say: Callable[[bytes], None]
    pause: Callable[[float], None]
    reached: Callable[[str], int]
    connections: list[Connection] = field(default_factory=list)
    filled: int = 0
    folder: PurePosixPath = field(default_factory=lambda: PurePosixPath(WORK))

    def path(self, name: str) -> Path:
        """Give the host's path for one of the room; Ended where it leads out of it."""
        full = PurePosixPath(HOME, name[2:]) if name.startswith("~/") else self.folder / name
        parts: list[str] = []
        for part in full.parts[1:]:
            if part != "..":
                parts.append(part)
            elif parts:
                parts.pop()
        for root, place in ((WORK, self.work), (HOME, self.home)):
            inside = PurePosixPath("/", *parts)
            if inside.is_relative_to(root):
                found = place / inside.relative_to(root)
                if any(above.is_symlink() for above in (found, *found.parents) if above.is_relative_to(place)):
                    raise Ended(1, reason=f"{name}: the dummy follows no links")
                return found
        raise Ended(1, reason=f"{name}: no such file")
