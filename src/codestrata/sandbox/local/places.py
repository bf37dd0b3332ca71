"""Where control groups can be made: found from what is mounted and where this process is, and tried."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from codestrata.sandbox.base import Limits
from codestrata.sandbox.local.groups import FIRST, SECOND, ControlGroup, remove_group

_V1 = ("memory", "pids", "cpu", "cpuacct", "freezer")
_V2 = ("memory", "pids", "cpu")


@dataclass(frozen=True, slots=True)
class Place:
    """Where groups can be made: ``folders`` maps controllers to folders; version 2 has one folder for all."""

    version: int
    folders: dict[str, Path] = field(default_factory=dict)

    @property
    def strict(self) -> bool:
        """Say whether memory, processes and processor time can be limited."""
        return {"memory", "pids", "cpu"} <= self.folders.keys()

    def below(self, name: str) -> Place:
        """Make a folder in each; raises OSError."""
        made = Place(self.version, {key: folder / name for key, folder in self.folders.items()})
        for folder in set(made.folders.values()):
            folder.mkdir(exist_ok=True)
            if self.version == SECOND:
                with suppress(OSError):  # a leaf, or a controller that is not there
                    (folder / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in _V2))
        return made

    def group(self, name: str, limits: Limits) -> ControlGroup:
        """Make a command's group with its limits; raises OSError."""
        folders = {key: folder / name for key, folder in self.folders.items()}
        for folder in set(folders.values()):
            folder.mkdir()
        made = ControlGroup(self.version, folders)
        made.limit(limits)
        return made

    def remove(self) -> None:
        """End and remove all that is below, and the folders themselves."""
        for folder in set(self.folders.values()):
            remove_group(folder)


def find(root: Path = Path("/sys/fs/cgroup"), proc: Path = Path("/proc/self")) -> Place | None:
    """Find where this process may make control groups; None where it may not."""
    try:
        mounts = _mounts((proc / "mountinfo").read_text(), root)
        paths = _paths((proc / "cgroup").read_text())
    except OSError:
        return None
    folders = {name: _inside(mounts[name], paths.get(name, "/")) for name in _V1 if name in mounts}
    first = Place(FIRST, {name: folder for name, folder in folders.items() if _writable(folder)})
    if first.strict:
        return first
    if "" in mounts:
        return _second(*mounts[""][:1], _inside(mounts[""], paths.get("", "/")))
    return None


def usable() -> Place | None:
    """Find where groups can be made, and make one for real; None where that fails."""
    place = find()
    if place is None:
        return None
    name = f"strata-try.{os.getpid()}"
    try:
        place.below(name).group("c", Limits()).remove()
    except OSError:
        return None
    finally:
        Place(place.version, {key: folder / name for key, folder in place.folders.items()}).remove()
    return place


def _mounts(text: str, root: Path) -> dict[str, tuple[Path, str]]:
    """Read mountinfo: controller → (where it is mounted, which part of it); "" is version 2. Source: proc(5)."""
    found: dict[str, tuple[Path, str]] = {}
    for line in text.splitlines():
        left, _, right = line.partition(" - ")
        part, point = left.split()[3:5]
        kind, _, options = right.split(maxsplit=2)
        if not Path(point).is_relative_to(root):
            continue
        if kind == "cgroup2":
            found[""] = (Path(point), part)
        elif kind == "cgroup":
            found |= {name: (Path(point), part) for name in options.split(",") if name in _V1}
    return found


def _paths(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        _, names, path = line.split(":", 2)
        found |= dict.fromkeys(names.split(","), path)
    return found


def _inside(mount: tuple[Path, str], path: str) -> Path:
    """Give the folder of a group under its mount, which may show only a part of the hierarchy."""
    point, part = mount
    inner = os.path.relpath(path, part)
    return point if inner.startswith("..") else point / inner


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def _second(top: Path, own: Path) -> Place | None:
    """Find the nearest folder of version 2, from our own up, that gives its children the controllers we need."""
    for folder in (own, *own.parents):
        if not folder.is_relative_to(top):
            return None
        with suppress(OSError):
            control = folder / "cgroup.subtree_control"
            if missing := set(_V2) - set(control.read_text().split()):
                control.write_text(" ".join(f"+{name}" for name in sorted(missing)))
            if set(_V2) <= set(control.read_text().split()) and _writable(folder):
                return Place(SECOND, dict.fromkeys(_V2, folder))
    return None
