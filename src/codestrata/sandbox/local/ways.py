"""How rooms can be made on this host: found once for each process, by making one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

from codestrata.sandbox.local import places

_PATIENCE = 10.0
_SIZE, _CLOSED = (0, 7), (0, 8)
INSTALL = "apt-get install bubblewrap (or your system's package of that name)"


@dataclass(frozen=True, slots=True)
class Ways:
    """How rooms are made.

    ``root``: namespaces are made with the real root's rights, and commands run as another user of the host; else all
    happens in a user namespace. ``backing``: "image" (a file system of a fixed size), "memory" (tmpfs) or "folder" (a
    plain one, watched). ``groups``: where control groups can be made, or None. ``reason``: why there are no rooms at
    all, with ``hint``.
    """

    bwrap: str = ""
    version: str = ""
    root: bool = False
    backing: str = "folder"
    groups: places.Place | None = None
    reason: str = ""
    hint: str = ""
    tried: tuple[str, ...] = field(default=())

    @property
    def number(self) -> tuple[int, ...]:
        """Give bubblewrap's version as numbers."""
        return tuple(int(part) for part in re.findall(r"\d+", self.version)[:3])

    @property
    def sizes(self) -> bool:
        """Say whether bubblewrap can limit a tmpfs."""
        return self.number >= _SIZE

    @property
    def closes(self) -> bool:
        """Say whether bubblewrap can forbid further user namespaces."""
        return self.number >= _CLOSED


def candidates() -> list[Ways]:
    """Give the ways to try, the best first; one with a reason where there are none."""
    program = shutil.which("bwrap") or ("/usr/bin/bwrap" if Path("/usr/bin/bwrap").exists() else "")
    if not program:
        return [Ways(reason="bubblewrap is not installed", hint=INSTALL)]
    program = os.path.realpath(program)
    if not program.startswith(("/usr/", "/bin/")):
        return [Ways(reason=f"bubblewrap lies at {program}, where rooms cannot see it", hint=INSTALL)]
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return [Ways(reason=f"bubblewrap cannot be started: {error}", hint=INSTALL)]
    base = Ways(program, done.stdout.split()[-1], groups=places.usable())
    if os.geteuid():
        return [replace(base, backing=backing) for backing in ("memory", "folder")]
    with_root = [replace(base, root=True, backing=backing) for backing in ("image", "memory", "folder")]
    return [*with_root, *(replace(base, backing=backing) for backing in ("memory", "folder"))]
