"""The files of rooms that are host folders: globs, hostile trees, and links that change under our hands."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from codestrata.errors import InvalidInput, LimitExceeded, StorageError
from codestrata.sandbox.files import Tree, destroy, pack, unpack
from codestrata.sandbox.files.patterns import Patterns
from codestrata.sandbox.files.walk import entries, remove


@pytest.mark.parametrize(
    ("pattern", "hits", "misses"),
    [
        ("*.py", ["a.py"], ["d/a.py", "a.pyc"]),
        ("**/*.py", ["a.py", "d/a.py", "d/e/a.py"], ["a.txt"]),
        ("d", ["d", "d/a", "d/e/f"], ["dd", "x/d"]),
        ("d/**", ["d/a", "d/e/f"], ["d", "x"]),
        ("**", ["a", "d/e"], []),
        (".", ["a", "d/e"], []),
        ("a?c", ["abc"], ["ac", "a/c"]),
        ("[ab]x", ["ax", "bx"], ["cx"]),
        ("[!ab]x", ["cx"], ["ax", "/x"]),
        ("a[b", ["a[b"], ["ab"]),
        ("**/t/*.xml", ["t/a.xml", "x/y/t/a.xml"], ["t/x/a.xml"]),
        (".*", [".hidden", ".hidden/x"], ["a"]),
        ("./a", ["a"], ["b"]),
        ("a\nb*", ["a\nb", "a\nbc"], ["a"]),
    ],
)
def test_a_glob_means_what_it_says(pattern: str, hits: list[str], misses: list[str]) -> None:
    """One name is matched by ``*``, folders by ``**``; a folder that matches is taken whole."""
    found = Patterns([pattern])
    assert [path for path in hits if not found.match(path)] == []
    assert [path for path in misses if found.match(path)] == []


@pytest.mark.parametrize("pattern", ["/etc", "../x", "a/../../b", "", "  "])
def test_a_pattern_that_leads_out_is_refused(pattern: str) -> None:
    """Patterns are about the tree."""
    with pytest.raises(InvalidInput):
        Patterns([pattern])


def made(root: Path) -> Tree:
    """Make a tree with a file."""
    source = root / "source"
    source.mkdir(parents=True)
    (source / "a").write_text("1")
    tree = Tree(root / "room")
    tree.fill(source, ())
    return tree


def test_names_that_are_no_text_go_through(tmp_path: Path) -> None:
    """Bytes, line ends and a dash at the beginning are names like any other: packed, layered, unpacked."""
    tree = made(tmp_path)
    names = [b"\xff\xfe", b"a\nb", b"-rf", b" ", "ü".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(tree.work) + b"/" + name)).write_text("x")
    assert pack(tree.work, tree.home, ["**"], tmp_path / "out.tar", 1 << 20) == len(names) + 1
    other = made(tmp_path / "other")
    unpack(tmp_path / "out.tar", other.work, other.home)
    assert set(os.listdir(os.fsencode(other.work))) == {*names, b"a"}  # noqa: PTH208 -- names as bytes
    tree.keep(tmp_path / "layer")
    third = Tree(tmp_path / "third")
    third.fill(tmp_path / "source", [tmp_path / "layer"])
    assert set(os.listdir(os.fsencode(third.work))) == {*names, b"a"}  # noqa: PTH208 -- same


def test_a_link_in_the_tree_is_never_followed(tmp_path: Path) -> None:
    """Neither into a layer, nor by removing, nor by the next room."""
    host = tmp_path / "host"
    host.mkdir()
    (host / "precious").write_text("p")
    tree = made(tmp_path)
    (tree.work / "out").symlink_to(host)
    (tree.work / "up").symlink_to("../..")
    tree.keep(tmp_path / "layer")
    assert (tmp_path / "layer/work/out").is_symlink()
    assert [entry.path for entry in entries(tree.work)] == ["a", "out", "up"]
    folder = os.open(tree.work, os.O_RDONLY)
    remove(folder, "out")
    os.close(folder)
    destroy(tmp_path / "room")
    assert (host / "precious").read_text() == "p"


def test_a_layer_over_a_link_replaces_it(tmp_path: Path) -> None:
    """A folder that was a link to the host's one layer before writes into the room."""
    host = tmp_path / "host"
    host.mkdir()
    tree = made(tmp_path)
    (tree.work / "d").mkdir()
    (tree.work / "d/x").write_text("x")
    tree.keep(tmp_path / "folder")
    link = Tree(tmp_path / "second")
    source = tmp_path / "linked"
    source.mkdir()
    (source / "d").symlink_to(host)
    link.fill(source, [tmp_path / "folder"])
    assert (link.work / "d/x").read_text() == "x"
    assert list(host.iterdir()) == []


def test_what_is_over_the_limit_leaves_no_file(tmp_path: Path) -> None:
    """Sparse files count as large as they claim to be."""
    tree = made(tmp_path)
    with (tree.work / "huge").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(LimitExceeded):
        pack(tree.work, tree.home, ["huge"], tmp_path / "out.tar", 1 << 20)
    assert not (tmp_path / "out.tar").exists()


def test_pipes_and_sockets_are_left_out_and_block_nothing(tmp_path: Path) -> None:
    """Opening a pipe for reading would wait for ever."""
    tree = made(tmp_path)
    os.mkfifo(tree.work / "pipe")
    assert pack(tree.work, tree.home, ["**"], tmp_path / "out.tar", 1 << 20) == 1
    tree.keep(tmp_path / "layer")
    assert not (tmp_path / "layer/work/pipe").exists()


def test_a_damaged_archive_is_told(tmp_path: Path) -> None:
    """Neither tar nor compressed tar: what ``pack`` wrote, or an error."""
    tree = made(tmp_path)
    bad = tmp_path / "bad.tar"
    bad.write_bytes(b"\x1f\x8b" + bytes(600))
    with pytest.raises(StorageError):
        unpack(bad, tree.work, tree.home)
    with tarfile.open(bad, "w:gz"):
        pass
    with pytest.raises(StorageError):
        unpack(bad, tree.work, tree.home)


def test_a_layer_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A runner reads its own layers only."""
    tree = made(tmp_path)
    tree.keep(tmp_path / "layer")
    (tmp_path / "layer/layer.json").write_text('{"kind": "image"}')
    with pytest.raises(InvalidInput, match="same runner"):
        Tree(tmp_path / "x").fill(tmp_path / "source", [tmp_path / "layer"])


def test_a_folder_without_rights_is_destroyed_all_the_same(tmp_path: Path) -> None:
    """What a room leaves may be unreadable."""
    deep = tmp_path / "room/a/b"
    deep.mkdir(parents=True)
    (deep / "f").write_text("x")
    deep.chmod(0)
    destroy(tmp_path / "room")
    assert not (tmp_path / "room").exists()
