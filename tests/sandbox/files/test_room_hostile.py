"""Files and patterns that somebody made in order to break what handles them."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

import pytest

from codestrata.errors import LimitExceeded
from codestrata.sandbox.files import Tree, pack, unpack
from codestrata.sandbox.files.patterns import Patterns

_QUICK = 1.0


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("**/a/" * 8 + "b", "a/" * 400 + "a"),
        ("**/" * 12 + "b", "a/" * 400 + "a"),
        ("*a" * 12 + "b", "a" * 250),
        ("**/*a*a*a*a*a*b/**/c", ("a" * 60 + "/") * 60 + "d"),
    ],
)
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    """A pipeline's pattern and a room's names are both foreign: they cannot make a match take years."""
    began = time.monotonic()
    assert not Patterns([pattern]).match(path)
    assert time.monotonic() - began < _QUICK


@pytest.mark.parametrize(
    ("pattern", "path", "hit"),
    [
        ("a*b*c", "aXbcYbc", True),
        ("*ab*ab", "abab", True),
        ("*ab*ab", "aab", False),
        ("**/x/y/**/z", "x/x/y/q/z", True),
        ("**/a/**/a/b", "a/a/a/b", True),
        ("**/a/**/a/b", "a/b", False),
        ("a/**/**/b", "a/b", True),
        ("a**b", "aXXb", True),
        ("[z-a]x", "zx", False),
    ],
)
def test_pieces_between_stars_are_found(pattern: str, path: str, hit: bool) -> None:
    """Taking each piece where it is first found misses nothing."""
    assert Patterns([pattern]).match(path) is hit


def test_a_deep_tree_in_the_way_is_replaced(tmp_path: Path) -> None:
    """A file from an archive takes the place of 3,000 folders below one another, with few descriptors."""
    source, room = Tree(tmp_path / "source"), Tree(tmp_path / "room")
    (tmp_path / "tree").mkdir()
    for tree in (source, room):
        tree.fill(tmp_path / "tree", ())
    (source.work / "out").write_text("fine")
    pack(source.work, source.home, ["out"], tmp_path / "out.tar", 1 << 20)
    (room.work / "out").mkdir()
    here = os.open(room.work / "out", os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("deep", dir_fd=here)
        below = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        unpack(tmp_path / "out.tar", room.work, room.home)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert (room.work / "out").read_text() == "fine"


def test_names_alone_cannot_go_over_the_limit(tmp_path: Path) -> None:
    """Folders and links count while they are written, not when the file has grown already."""
    work = tmp_path / "work"
    work.mkdir()
    for i in range(300):
        (work / f"link{i:03}").symlink_to("x" * 4000)
    written = tmp_path / "out.tar"
    grown: list[int] = []

    class Watched(type(written)):  # type: ignore[misc]
        def unlink(self, missing_ok: bool = False) -> None:
            grown.append(self.stat().st_size)
            super().unlink(missing_ok)

    with pytest.raises(LimitExceeded):
        pack(work, tmp_path, ["**"], Watched(written), 64 << 10)
    assert grown[0] < 128 << 10
    assert not written.exists()
