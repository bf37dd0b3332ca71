"""Layers of the local runner: the backing of a room, kept. An image is kept as it is; a folder or tmpfs as a tree.

A layer is a folder: ``layer.json`` (its kind), and ``disk``: an image, or a folder with the upper sides of the overlays
of the work tree and the home folder, deletions marked as overlayfs marks them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codestrata.errors import InvalidInput
from codestrata.sandbox.local.errors import RoomBroken
from codestrata.sandbox.local.room import LocalRoom

_INDEX = "layer.json"
_DISK = "disk"
_RUNNER = "local"


def read(layers: Sequence[Path]) -> list[dict[str, Any]]:
    """Read what layers are, oldest first. Raises InvalidInput for one that another runner made."""
    out = []
    for layer in layers:
        try:
            index = json.loads((layer / _INDEX).read_text())
        except (OSError, ValueError):
            index = {}
        if index.get("kind") not in {"local-image", "local-tree"}:
            hint = "let jobs that build on one another use the same runner"
            raise InvalidInput("a layer of files that this runner cannot read", where=str(layer), hint=hint)
        kind = index["kind"].removeprefix("local-")
        out.append({"kind": "image" if kind == "image" else "folder", "path": str((layer / _DISK).absolute())})
    return out


def keep(room: LocalRoom, into: Path) -> None:
    """Keep what a room wrote; nothing of it may run any more. Raises RoomBroken."""
    kind = room.backing["kind"]
    into.mkdir(0o700, parents=True)  # what is in it may carry set-uid bits, and be a user's of this host
    room.disk.let_go()
    room.keeper.ask("seal")
    if kind == "tmpfs":
        source = room.keeper.open("/disk")
        try:
            _copy(f"/proc/self/fd/{source}/.", into / _DISK, source)
        finally:
            os.close(source)
    else:
        _move(room.folder / _DISK, into / _DISK)
    (into / _INDEX).write_text(json.dumps({"kind": "local-image" if kind == "image" else "local-tree"}))


def _move(source: Path, target: Path) -> None:
    """Move, without copying where both are on one file system; holes stay holes where they are not."""
    try:
        source.rename(target)
    except OSError:
        _copy(str(source), target)
        if source.is_dir():
            shutil.rmtree(source, ignore_errors=True)
        else:
            source.unlink()


def _copy(source: str, target: Path, *inherited: int) -> None:
    command = ["cp", "-a", "--sparse=auto", "--reflink=auto", "--", source, str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, pass_fds=inherited, cwd="/")
    if done.returncode:
        raise RoomBroken(f"the layer cannot be kept: {done.stderr.strip()[-300:]}", where=str(target))
