"""How files get their names: made in scratch, then renamed, so that nobody ever sees half of one."""

from __future__ import annotations

import contextlib
import errno
import secrets
import shutil
from pathlib import Path


def put(work: Path, place: Path) -> bool:
    """Give a finished file or folder its name; False where a folder of that name is there already.

    A file takes the place of one of the same name. On another file system it is copied beside its place first. Raises
    OSError.
    """
    try:
        return _renamed(work, place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    near = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        if work.is_dir():
            shutil.copytree(work, near)
        else:
            shutil.copyfile(work, near)
        return _renamed(near, place)
    finally:
        remove(near)


def away(place: Path, scratch: Path) -> None:
    """Take a folder's name away at once, then remove it; harmless where there is none."""
    gone = scratch / f"gone-{secrets.token_hex(8)}"
    scratch.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        try:
            place.rename(gone)
        except OSError as error:
            if error.errno == errno.EXDEV:
                remove(place)
    remove(gone)


def remove(path: Path) -> None:
    """Remove a file or folder of ours, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _renamed(work: Path, place: Path) -> bool:
    try:
        work.replace(place)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
            return False
        raise
    return True
