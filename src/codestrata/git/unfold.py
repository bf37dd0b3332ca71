"""A tree unfolded: every file under a commit, read from the object store itself, folders of one depth at a time.

It gives up on anything unusual (a missing or damaged object, names out of order, a limit passed): git then lists the
tree, and what is refused is refused as ever.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.git.objects import Objects
from codestrata.kernels import tree as kernel
from codestrata.kernels.pack import COMMIT, TREE
from codestrata.kernels.tree import Bytes, Entries, Int64s
from codestrata.store.columns import Columns, Varlen

_FOLDER = 0o040000
_SUBMODULE = 0o160000
_HEAD = b"tree "
_LONGEST_COMMIT = 16 << 20


@dataclass(frozen=True, slots=True)
class Most:
    """How much is unfolded: files, bytes of a path, folders above a file, bytes as ``ls-tree -z`` prints them."""

    files: int
    path_bytes: int
    depth: int
    listing_bytes: int

    @property
    def folders(self) -> int:
        """Count folders, too: a tree of empty folders within folders has no files."""
        return 4 * self.files


@dataclass(frozen=True, slots=True)
class _Level:
    """The entries of all folders of one depth: ``folder`` says for each which one it is in."""

    folder: Int64s
    entries: Entries
    arena: Bytes

    @property
    def inner(self) -> NDArray[np.bool_]:
        return np.equal(self.entries.mode, _FOLDER)

    def paths(
        self, chosen: NDArray[np.bool_], prefixes: tuple[Int64s, Bytes], *, slash: bool = False
    ) -> tuple[Int64s, Bytes]:
        """Give the paths of the chosen entries; ``prefixes`` are those of the folders, with a slash behind each."""
        name, size, folder = self.entries.name[chosen], self.entries.size[chosen], self.folder[chosen]
        return kernel.paths(self.arena, name, size, folder, prefixes, slash=slash)


def unfold(objects: Objects, commit: str, most: Most) -> Columns | None:
    """Give path, mode and blob of every file, link and submodule of a commit, by path; None where git must do it."""
    root = _root(objects, bytes.fromhex(commit))
    levels = _levels(objects, root, most) if root is not None else None
    if levels is None:
        return None
    path, mode, ids = _together(levels, _places(levels))
    longest = int(np.diff(path.offsets).max(initial=0))
    # "100644 blob ", the id, a tab, the path, NUL; a submodule is a "commit"
    size = len(path.data) + len(path) * (14 + len(commit)) + 2 * int(np.count_nonzero(mode == _SUBMODULE))
    fits = longest <= most.path_bytes and size <= most.listing_bytes
    if not fits or not kernel.rising(path.offsets, path.data):
        return None
    return {"path": path, "mode": mode, "blob": Varlen.fixed(ids)}


def _root(objects: Objects, name: bytes) -> Bytes | None:
    """Give the id of a commit's tree."""
    found = objects.whole(np.frombuffer(name, np.uint8).reshape(1, -1), COMMIT, most_bytes=_LONGEST_COMMIT)
    if found is None:
        return None
    arena, starts, stops = found
    line = arena[starts[0] : stops[0]].tobytes().partition(b"\n")[0]
    digits = line.removeprefix(_HEAD).decode("ascii", "replace")
    if not line.startswith(_HEAD) or len(digits) != 2 * len(name) or not set(digits) <= set("0123456789abcdef"):
        return None
    return np.frombuffer(bytes.fromhex(digits), np.uint8).reshape(1, -1)


def _levels(objects: Objects, ids: Bytes, most: Most) -> list[_Level] | None:
    """Read the folders of each depth; ``ids`` are those at the top."""
    levels: list[_Level] = []
    files = folders = 0
    while len(ids):
        level = _level(objects, ids, most) if len(levels) <= most.depth else None
        if level is None:
            return None
        levels.append(level)
        inner = level.inner
        folders += int(np.count_nonzero(inner))
        files += len(inner) - int(np.count_nonzero(inner))
        if files > most.files or folders > most.folders:
            return None
        ids = level.entries.ids[inner]
    return levels


def _level(objects: Objects, ids: Bytes, most: Most) -> _Level | None:
    """Read the folders with these ids, each id once."""
    raw, width = ids.tobytes(), ids.shape[1]
    number: dict[bytes, int] = {}
    which = np.array([number.setdefault(raw[i : i + width], len(number)) for i in range(0, len(raw), width)], np.int64)
    names = np.frombuffer(b"".join(number), np.uint8).reshape(-1, width)
    found = objects.whole(names, TREE, most_bytes=most.listing_bytes)
    entries = kernel.entries(*found, width) if found else None
    if found is None or entries is None:
        return None
    counts = entries.counts[which]
    if int(counts.sum()) > most.files + most.folders:
        return None
    first = np.cumsum(entries.counts) - entries.counts
    row = np.repeat(first[which] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    chosen = Entries(counts, *(column[row] for column in entries[1:]))
    return _Level(np.repeat(np.arange(len(ids)), counts), chosen, found[0])


def _places(levels: list[_Level]) -> list[Int64s]:
    """Give for each depth the place of each entry's first file among all files, folders in the order of their names."""
    files = [np.ones(len(level.folder), np.int64) for level in levels]
    for above, below in zip(range(len(levels) - 2, -1, -1), range(len(levels) - 1, 0, -1), strict=True):
        inner = levels[above].inner
        held = np.zeros(int(np.count_nonzero(inner)), np.int64)
        np.add.at(held, levels[below].folder, files[below])
        files[above][inner] = held
    places, begins = [], np.zeros(1, np.int64)
    for level, count in zip(levels, files, strict=True):
        before = np.cumsum(count) - count
        first = np.cumsum(level.entries.counts) - level.entries.counts
        start = np.append(before, 0)[first] if len(before) else np.zeros(len(first), np.int64)
        places.append(before + (begins - start)[level.folder])
        begins = places[-1][level.inner]
    return places


def _together(levels: list[_Level], places: list[Int64s]) -> tuple[Varlen, NDArray[np.int32], Bytes]:
    """Lay the files of all depths out in their order."""
    prefixes = (np.zeros(2, np.int64), np.zeros(0, np.uint8))
    paths: list[tuple[Int64s, Bytes]] = []
    for level in levels:
        paths.append(level.paths(~level.inner, prefixes))
        prefixes = level.paths(level.inner, prefixes, slash=True)
    files = [~level.inner for level in levels]
    order = np.argsort(np.concatenate([place[own] for place, own in zip(places, files, strict=True)]), kind="stable")
    sizes = np.concatenate([np.diff(offsets) for offsets, _ in paths])
    path = Varlen(np.concatenate(([0], np.cumsum(sizes))), np.concatenate([data for _, data in paths]), text=False)
    mode = np.concatenate([level.entries.mode[own] for level, own in zip(levels, files, strict=True)])
    ids = np.concatenate([level.entries.ids[own] for level, own in zip(levels, files, strict=True)])
    return path.take(order), mode[order], ids[order]
