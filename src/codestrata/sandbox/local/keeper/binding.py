"""Binds host folders and files into a room, read-only, and sees to it that its user can read them."""

from __future__ import annotations

import os
from typing import Any

from codestrata.sandbox.local.keeper import kernel
from codestrata.sandbox.local.keeper.owners import Owners

#: What commands can write: mount points in there come after it is mounted.
_WRITABLE = ("/work", "/home/ci", "/tmp")  # noqa: S108 -- the room's own


class Binder:
    """Binds what a plan names; ``notes`` gets what is weaker than asked for."""

    def __init__(self, plan: dict[str, Any], notes: list[str]) -> None:
        self._plan = plan
        self._notes = notes
        self._foreign: list[str] = []
        self._stored = (plan["stored"][0], plan["stored"][1])
        self._owners = Owners(plan["user"][0], plan["user"][1], "proc") if plan["root"] else None

    def bind(self, *, outside: bool) -> None:
        """Bind all that lies outside of what commands can write, or inside."""
        for source, target, mapped in self._plan["binds"]:
            if outside != any(f"{target}/".startswith(f"{top}/") for top in _WRITABLE):
                self.one(source, target, mapped=mapped)

    def one(self, source: str, target: str, *, mapped: bool = False) -> None:
        """Bind one; ``mapped``: its owner's files become the room's user's."""
        place = self._point(target, folder=os.path.isdir(source))
        if mapped and self._owners:
            try:
                self._owners.bind(source, place)
            except OSError as error:
                self._notes.append(f"the owners of {target} are not mapped: {error}")
                kernel.mount(source, place, flags=kernel.MS_BIND | kernel.MS_REC)
        else:
            kernel.mount(source, place, flags=kernel.MS_BIND | kernel.MS_REC)
        kernel.read_only(place)
        self._foreign.append(place)

    def owned(self, source: str, place: str) -> bool:
        """Bind the folder of a tree or a layer; gives False where its owners cannot be mapped."""
        if not self._owners:
            kernel.mount(source, place, flags=kernel.MS_BIND | kernel.MS_REC)
            return True
        try:
            self._owners.bind(source, place)
        except OSError as error:
            self._notes.append(f"the tree is copied, for its owners cannot be mapped: {error}")
            return False
        return True

    def backing(self) -> None:
        """Show the disk at ``own``, as the room's user's; as nobody's, whom rooms share, where owners cannot be mapped.

        On the disk, all is nobody's: rooms of other users can stand on it.
        """
        if self._owners:
            try:
                os.mkdir("own")
                self._owners.lend("disk", "own", self._stored, read_only=False)
            except OSError as error:
                self._notes.append(f"rooms share a user of the host, for owners of the disk cannot be mapped: {error}")
                self._owners.close()
                self._plan["user"] = self._plan["stored"]
                self._owners = Owners(*self._stored, "proc")
            else:
                return
            os.rmdir("own")
        os.symlink("disk", "own")

    def layer(self, source: str, place: str) -> bool:
        """Bind what a room kept; gives False where its owners cannot be mapped."""
        if not self._owners:
            kernel.mount(source, place, flags=kernel.MS_BIND)
            return True
        try:
            self._owners.lend(source, place, self._stored)
        except OSError as error:
            self._notes.append(f"a layer is copied, for its owners cannot be mapped: {error}")
            return False
        return True

    def close(self) -> None:
        """Let go of what was needed for binding."""
        if self._owners:
            self._owners.close()

    def _point(self, target: str, *, folder: bool) -> str:
        """Make a mount point, never through a link and never in a folder of the host's."""
        place, parts = "room", target.strip("/").split("/")
        for number, part in enumerate(parts, 1):
            place = f"{place}/{part}"
            if os.path.islink(place) or part in {"", ".", ".."}:
                raise OSError(f"{target}: nothing can be mounted there, a link is in the way")
            if os.path.exists(place):
                continue
            if any(place.startswith(f"{other}/") for other in self._foreign):
                raise OSError(f"{target}: nothing can be mounted inside of another mount")
            if folder or number < len(parts):
                os.mkdir(place)
            else:
                os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
            if self._owners and target.startswith(_WRITABLE):
                os.chown(place, *self._plan["user"])
        return place
