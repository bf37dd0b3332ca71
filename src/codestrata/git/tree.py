"""The tree of a commit as the ``files`` table.

It is read from the object store itself or, where there is anything unusual about it, from one ``ls-tree`` stream that
is cut off at the limits while it runs.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codestrata.errors import LimitExceeded, StrataError
from codestrata.git.command import DEFAULT_LIMITS, GitFailed, GitLimits, stream_git
from codestrata.git.objects import Objects
from codestrata.git.unfold import Most, unfold
from codestrata.store.columns import Columns, Varlen

REGULAR = 0o100000
SYMLINK = 0o120000
SUBMODULE = 0o160000

#: An entry of ``ls-tree -z`` is mode, type, id, tab, path; the mode has this many digits.
_MODE = 6
#: Names that no checkout may ever see as one component of a path, in lower case.
_FORBIDDEN = frozenset({b"", b".", b"..", b".git", b"git~1"})
#: Place values of six octal digits.
_OCTAL = np.array([8**5, 8**4, 8**3, 8**2, 8, 1], np.int32)
#: Lower case, and one separator between components as between paths.
_FOLD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ/", b"abcdefghijklmnopqrstuvwxyz\0")


@dataclass(frozen=True, slots=True)
class TreeLimits:
    """How large a tree may be: entries, bytes of one path, folders above a file, bytes of the whole listing."""

    entries: int = 200_000
    path_bytes: int = 4096
    depth: int = 64
    listing_bytes: int = 256 << 20


DEFAULT_TREE = TreeLimits()


@dataclass(frozen=True, slots=True)
class Listing:
    """A tree: ``files`` is the table (path, mode, blob, size), ``suspicious`` the reason to quarantine it, or ""."""

    files: Columns
    suspicious: str = ""


def list_tree(
    git_dir: Path,
    commit: str,
    *,
    tree: TreeLimits = DEFAULT_TREE,
    limits: GitLimits = DEFAULT_LIMITS,
    timeout: float = 600.0,
) -> Listing:
    """List every file, link and submodule of a commit's tree, sorted by path. Raises LimitExceeded, GitFailed."""
    objects = _objects(git_dir)
    most = Most(tree.entries, tree.path_bytes, tree.depth, tree.listing_bytes)
    files = unfold(objects, commit, most) if objects else None
    listing = Listing(files) if files else _listed(git_dir, commit, tree, limits, timeout)
    return Listing(listing.files | {"size": _sizes(objects or Objects(git_dir), listing.files)}, listing.suspicious)


def _objects(git_dir: Path) -> Objects | None:
    """Open the store; what is wrong with it shows when git has said its word."""
    try:
        return Objects(git_dir)
    except StrataError:
        return None


def _listed(git_dir: Path, commit: str, tree: TreeLimits, limits: GitLimits, timeout: float) -> Listing:
    """Let git list the tree."""
    try:
        raw = _read(git_dir, commit, tree, limits, timeout)
    except GitFailed as error:
        if error.returncode == -signal.SIGSEGV:  # git before 2.44 follows folders by recursion, without a bound
            raise _exceeded("its folders are nested too deeply for git", "max_depth") from error
        raise
    return parse(raw, len(commit), tree)


def _read(git_dir: Path, commit: str, tree: TreeLimits, limits: GitLimits, timeout: float) -> bytes:
    args = ["ls-tree", "-r", "-z", "--full-tree", commit]
    chunks, entries, size = [], 0, 0
    with stream_git(args, git_dir=git_dir, limits=limits, timeout=timeout) as stream:
        for chunk in stream.chunks():
            chunks.append(chunk)
            entries += chunk.count(b"\0")
            size += len(chunk)
            if entries > tree.entries:
                raise _exceeded(f"the tree has more than {tree.entries} entries", "max_entries")
            if size > tree.listing_bytes:
                raise _exceeded(f"the names of the tree take more than {tree.listing_bytes} bytes", "max_path_bytes")
    return b"".join(chunks)


def parse(raw: bytes, hex_digits: int, tree: TreeLimits = DEFAULT_TREE) -> Listing:
    """Turn a listing of ``ls-tree -r -z`` into columns. ``hex_digits`` is 40 (SHA-1) or 64 (SHA-256). Sizes are -1."""
    entries = [entry.partition(b"\t") for entry in raw.split(b"\0")[:-1]]
    paths = [path for _, _, path in entries]
    _check(paths, tree)
    suspicious = _suspicion(paths)
    if any(map(bytes.__ge__, paths, paths[1:])):
        suspicious = suspicious or _disorder(paths)
        entries.sort(key=lambda entry: entry[2])
        paths = [path for _, _, path in entries]
    modes = np.frombuffer(b"".join([head[:_MODE] for head, _, _ in entries]), np.uint8).reshape(-1, _MODE)
    ids = bytes.fromhex(str(b"".join([head[-hex_digits:] for head, _, _ in entries]), "ascii"))
    files: Columns = {
        "path": Varlen.of(paths, text=False),
        "mode": ((modes & 7) @ _OCTAL).astype(np.int32),
        "blob": Varlen.fixed(np.frombuffer(ids, np.uint8).reshape(-1, hex_digits // 2)),
        "size": np.full(len(paths), -1, np.int64),
    }
    return Listing(files, suspicious)


def _sizes(objects: Objects, files: Columns) -> NDArray[np.int64]:
    """Look up the sizes of files and links; -1 for submodules and for what is not there."""
    blobs, modes = files["blob"], np.asarray(files["mode"])
    sizes = np.full(len(modes), -1, np.int64)
    rows = np.flatnonzero(modes != SUBMODULE)
    if len(rows) and isinstance(blobs, Varlen):
        sizes[rows] = objects.sizes(blobs.matrix(int(blobs.offsets[1]))[rows])
    return sizes


def _check(paths: Sequence[bytes], tree: TreeLimits) -> None:
    longest = max(map(len, paths), default=0)
    if longest > tree.path_bytes:
        raise _exceeded(f"a path of {longest} bytes (at most {tree.path_bytes})", "max_path_bytes")
    deepest = max((path.count(b"/") for path in paths), default=0)
    if deepest > tree.depth:
        raise _exceeded(f"a file under {deepest} folders (at most {tree.depth})", "max_depth")


def _suspicion(paths: Sequence[bytes]) -> str:
    """Say which path has a component that no work tree may contain."""
    folded = b"\0" + b"\0".join(paths).translate(_FOLD) + b"\0"
    if not paths or not any(b"\0" + name + b"\0" in folded for name in _FORBIDDEN):
        return ""
    for path in paths:
        if not _FORBIDDEN.isdisjoint(path.translate(_FOLD).split(b"\0")):
            return f"a path that must never be checked out: {shown(path)}"
    return ""


def _disorder(paths: Sequence[bytes]) -> str:
    seen: set[bytes] = set()
    for path in paths:
        if path in seen:
            return f"the tree names a path twice: {shown(path)}"
        seen.add(path)
    return "the tree is not sorted"


def shown(path: bytes) -> str:
    """Give a path as a person may safely see it: no control characters, at most 120 of them."""
    text = path[:120].decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _exceeded(what: str, setting: str) -> LimitExceeded:
    return LimitExceeded(what, hint=f"raise ingest.limits.{setting}")
