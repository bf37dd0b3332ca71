"""What containers of an image may write beside the room: folders of the room's own disk, so that its limit holds there.

An image names folders that it writes (VOLUME), for which an engine would make volumes without a limit; services write
into a few more. All begin with what the image has there; everything else of an image is read-only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from codestrata.errors import StrataError
from codestrata.sandbox.base import HOME, WORK
from codestrata.sandbox.docker import image
from codestrata.sandbox.docker.engine import Engine, EngineBroken
from codestrata.sandbox.files import unpack

#: Where services keep locks, sockets, logs and caches. Source: Filesystem Hierarchy Standard 3.0, chapters 3 and 5.
OF_SERVICES = ("/run", "/var/run", "/var/tmp", "/var/log", "/var/cache")  # noqa: S108 -- named, not used for ours
_OWN = frozenset({WORK, HOME, "/tmp"})  # noqa: S108 -- the room's own
_FOLDER = "folder"
#: Bits of a file's mode as Go writes it, in which the engine tells what a path is: os.ModeSymlink, os.ModeDir.
_LINK, _DIRECTORY = 1 << 27, 1 << 31


@dataclass(frozen=True, slots=True)
class Source:
    """Where folders are taken from and to: a container that was made and not started, and a folder of the disk."""

    engine: Engine
    container: str
    disk: Path
    owner: int


def mounts(engine: Engine, picture: str, disk: Path, owner: int, more: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Give what is mounted over an image's volumes and ``more`` folders of it, as the Engine API's Mount.

    ``disk`` is a folder on the room's disk that is not there yet; ``owner``: whose files become (-1: ours).
    """
    with engine.asked("cannot look at an image"):
        declared = (engine.api.inspect_image(picture).get("Config") or {}).get("Volumes") or {}
    volumes = {str(PurePosixPath("/", path)) for path in declared} - _OWN
    paths = sorted(volumes | set(more))
    if not paths:
        return []
    with engine.asked("cannot look into an image"):
        made = str(engine.api.create_container(picture, command=["none"])["Id"])
    try:
        source = Source(engine, made, disk, owner)
        found = [(path, _filled(source, path, f"{number}", path in volumes)) for number, path in enumerate(paths)]
    finally:
        engine.remove(made)
    return [{"Type": "bind", "Source": str(folder), "Target": path} for path, folder in found if folder]


def of_job(engine: Engine, name: str, picture: str, place: Path, owner: int) -> list[dict[str, Any]]:
    """Give the mounts of a job's commands: its image's volumes; none in rooms of the host's programs."""
    return [] if name == image.HOST else mounts(engine, picture, place / "volumes", owner)


def _filled(source: Source, path: str, name: str, needed: bool) -> Path | None:  # noqa: FBT001 -- a fact
    """Copy a folder of the image to the disk; None where it is none, and nobody needs it."""
    into = source.disk / name
    into.mkdir(parents=True)
    try:
        with source.engine.asked(f"cannot read {path} of an image"):
            parts, about = source.engine.api.get_archive(source.container, path)
            archive = into.with_suffix(".tar")
            with archive.open("wb") as file:
                for part in parts:
                    file.write(part)
    except EngineBroken as error:
        if "404" not in str(error.__cause__) and "Could not find" not in error.message:
            raise
        return _empty(into, source.owner) if needed else None
    try:
        if not int(about.get("mode", 0)) & _DIRECTORY or int(about.get("mode", 0)) & _LINK:
            return _empty(into, source.owner) if needed else None
        unpack(archive, into, into, source.owner)
    except (StrataError, OSError) as error:  # what no file of ours may be, or more than the disk has
        raise EngineBroken(f"{path} of an image cannot be copied: {error}", where=source.container) from error
    finally:
        archive.unlink()
    return into / str(about["name"])


def _empty(into: Path, owner: int) -> Path:
    """Make an empty folder."""
    folder = into / _FOLDER
    folder.mkdir()
    os.chown(folder, owner, owner)
    return folder
