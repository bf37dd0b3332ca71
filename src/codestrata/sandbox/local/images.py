"""The writable backing of a room: a file with an ext4 of a fixed size, made in milliseconds.

No journal and no initialised tables: the image is thrown away after a crash, and never repaired. Source: mke2fs(8).
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from codestrata.sandbox.local.errors import RoomBroken

_FEATURES = "^has_journal,^resize_inode,^metadata_csum,uninit_bg"


def make_image(path: Path, size: int) -> None:
    """Make a sparse image of ``size`` bytes."""
    program = shutil.which("mke2fs") or "/usr/sbin/mke2fs"
    with path.open("wb") as file:
        path.chmod(0o600)
        file.truncate(size)
    command = [program, "-F", "-q", "-t", "ext4", "-m", "0", "-O", _FEATURES, "-E", "lazy_itable_init=1,nodiscard"]
    try:
        done = subprocess.run([*command, str(path)], capture_output=True, check=False, env={}, cwd="/")
    except OSError as error:
        raise RoomBroken(f"no ext4 can be made: {error}", where=str(path), hint="install e2fsprogs") from error
    if done.returncode:
        raise RoomBroken(f"no ext4 can be made: {done.stderr.decode(errors='replace').strip()}", where=str(path))
