"""Opens rooms: a folder on the host, a backing, control groups, a keeper; and takes them away again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from codestrata.errors import InvalidInput
from codestrata.sandbox.base import Job
from codestrata.sandbox.files import destroy
from codestrata.sandbox.hostdisk import HostDisk
from codestrata.sandbox.local import images, layers, recipe, users
from codestrata.sandbox.local.disks import Disk, Folder
from codestrata.sandbox.local.errors import RoomBroken
from codestrata.sandbox.local.groups import remove_group
from codestrata.sandbox.local.link import Keeper
from codestrata.sandbox.local.room import LocalRoom
from codestrata.sandbox.local.toolchains import Toolchains
from codestrata.sandbox.local.ways import Ways
from codestrata.sandbox.owner import me

#: A tmpfs takes at most this part of the memory that is free now; what is larger goes to a folder.
_MEMORY_SHARE = 0.5
#: As ext4 has it: names cost memory, too.
_BYTES_PER_FILE = 8192
_DISK = "disk"
#: What names of control groups begin with; the rest is the room's.
PREFIX = "strata-"
_GROUPS = "groups.json"


def open_room(job: Job, ways: Ways, tools: Toolchains, scratch: Path) -> LocalRoom:
    """Make a room. Raises InvalidInput for a job that makes no sense, RoomBroken where the host fails."""
    below = layers.read(job.layers)
    if not job.tree.is_dir():
        raise InvalidInput("there is no such folder", where=str(job.tree))
    folder = scratch / f"{job.id}.{me().replace(':', '.')}"
    try:
        (folder / "base").mkdir(parents=True)
        folder.chmod(0o700)
    except FileExistsError:
        raise InvalidInput("a job with this id has a room already", where=job.id) from None
    except OSError as error:
        raise RoomBroken(f"no room can be made: {error}", where=str(folder)) from error
    user, held = _user(ways)
    try:
        keeper = Keeper(job.id, held)
    except OSError as error:
        destroy(folder)
        raise RoomBroken(f"no keeper can be started: {error}", where=job.id) from error
    finally:
        for file in held:
            os.close(file)
    room = LocalRoom(job, folder, keeper, {}, user)
    try:
        _furnish(room, ways, tools, below)
    except BaseException as error:
        close_room(room)
        if isinstance(error, OSError):
            raise RoomBroken(f"no room can be made: {error}", where=job.id) from error
        raise
    return room


def _user(ways: Ways) -> tuple[int, list[int]]:
    """Give the host's user for a room, with what holds the lease: nobody, where none can be had for it alone."""
    if ways.root:
        with suppress(OSError):
            user, file = users.lease()
            return user, [file]
    return users.NOBODY, []


def _furnish(room: LocalRoom, ways: Ways, tools: Toolchains, below: Sequence[dict[str, Any]]) -> None:
    job, folder = room.job, room.folder
    room.backing = _backing(job, folder, ways)
    room.host = HostDisk(None if room.backing["kind"] == "tmpfs" else folder)
    if ways.groups:
        name = f"{PREFIX}{folder.name}"
        (folder / _GROUPS).write_text(json.dumps(sorted({str(at / name) for at in ways.groups.folders.values()})))
        room.place = ways.groups.below(name)
    plan = recipe.room_plan(job, folder / "base", room.backing, below, tools, root=ways.root, user=room.user)
    notes, room.user = room.keeper.build(plan)
    room.notes += notes
    if room.backing["kind"] == "folder":
        room.disk = Folder(folder / _DISK, job.limits.disk)
    else:
        room.disk = Disk(room.keeper.open("/disk"))


def _backing(job: Job, folder: Path, ways: Ways) -> dict[str, Any]:
    path = folder / _DISK
    if ways.backing == "image":
        images.make_image(path, job.limits.disk)
        return {"kind": "image", "path": str(path)}
    if ways.backing == "memory" and job.limits.disk <= _MEMORY_SHARE * _memory():
        return {"kind": "tmpfs", "size": job.limits.disk, "files": job.limits.disk // _BYTES_PER_FILE}
    path.mkdir()
    return {"kind": "folder", "path": str(path)}


def _memory() -> int:
    """Give the bytes of memory that are free for us: proc(5), MemAvailable."""
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    return 0


def close_room(room: LocalRoom) -> None:
    """End everything in a room and remove it; never raises."""
    room.sealed = True
    room.end("cancel")
    room.disk.let_go()
    room.keeper.close()
    if room.place:
        room.place.remove()
    destroy(room.folder)


def remove_left(folder: Path) -> None:
    """Remove what a room of a dead owner left: its keeper ended with the owner, so nothing is mounted any more."""
    with suppress(OSError, ValueError):
        for place in json.loads((folder / _GROUPS).read_text()):
            remove_group(Path(place))
    if (folder / _DISK).is_file():
        (folder / _DISK).unlink(missing_ok=True)
    destroy(folder)
    shutil.rmtree(folder, ignore_errors=True)
