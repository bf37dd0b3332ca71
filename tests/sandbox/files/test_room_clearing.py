"""Clearing up a room's files, whatever was left there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codestrata.errors import LimitExceeded
from codestrata.sandbox.files import Tree, destroy, pack


def dig(at: Path, depth: int) -> None:
    """Make folders below one another, deeper than a path can name."""
    here = os.open(at, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("deep", dir_fd=here)
        below = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("bottom", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def test_any_depth_is_cleared(tmp_path: Path) -> None:
    """3,000 folders below one another are removed; nothing else is touched, and once more is no harm."""
    room, beside = tmp_path / "room", tmp_path / "beside"
    room.mkdir()
    beside.mkdir(mode=0o755)
    dig(room, 3000)
    mode = tmp_path.stat().st_mode
    destroy(room)
    destroy(room)
    assert [path.name for path in tmp_path.iterdir()] == ["beside"]
    assert tmp_path.stat().st_mode == mode


def test_links_keep_what_they_lead_to(tmp_path: Path) -> None:
    """Folders that nobody may enter are emptied; the files that links in them lead to keep their permissions."""
    secret = tmp_path / "secret"
    secret.write_text("s")
    secret.chmod(0o640)
    locked = tmp_path / "room" / "locked" / "inner"
    locked.mkdir(parents=True)
    for place in (locked, locked.parent):
        (place / "link").symlink_to(secret)
        (place / "up").symlink_to(tmp_path)
        place.chmod(0)
    destroy(tmp_path / "room")
    assert secret.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_link_in_a_rooms_place_is_left(tmp_path: Path) -> None:
    """A room's folder that is a link is none."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    (tmp_path / "room").symlink_to("other")
    destroy(tmp_path / "room")
    assert (tmp_path / "other" / "file").exists()


def test_too_deep_is_refused(tmp_path: Path) -> None:
    """What keeps or packs files says that a tree is too deep, instead of going down until it breaks."""
    files = Tree(tmp_path / "room")
    (tmp_path / "tree").mkdir()
    files.fill(tmp_path / "tree", ())
    dig(files.work, 600)
    with pytest.raises(LimitExceeded, match="below one another"):
        pack(files.work, files.home, ["**"], tmp_path / "out.tar", 1 << 20)
    with pytest.raises(LimitExceeded, match="below one another"):
        files.keep(tmp_path / "layer")
    destroy(tmp_path / "room")
    assert not (tmp_path / "room").exists()
