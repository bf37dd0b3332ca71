"""Lineage of rows that are of no one file at a snapshot: a repository's many, or a file at an earlier commit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput, StrataError
from codestrata.export.reading.dataset import Folder, row_at
from codestrata.export.shape.verified.remade import remade
from codestrata.git.command import run_git
from codestrata.git.objects import Objects
from codestrata.store.tables import connect, file_sha256

if TYPE_CHECKING:
    from codestrata.export.write.lineage import Lineage
    from codestrata.export.write.locating import Asked


def row_chain(chain: Lineage, git_dir: Path, commit: str, path: str, asked: Asked) -> None:
    """Add commit, blobs and output row to a chain. Raises InvalidInput where no dataset has such a row."""
    shard, number = _found(asked)
    row = row_at(shard, number)
    chain.steps["commit"] = {"commit": row["commit"]}
    there = dict(_listed(git_dir, row["commit"]))
    chain.check("commit", "is in the repository", bool(there) and row["commit"].startswith(commit))
    wanted = [(path, row.get("new_blob", row.get("blob", "")))] if path else _files(row)
    chain.steps["blobs"] = {"files": len(wanted)}
    chain.check("blobs", "are the commit's", all(blob == there.get(name) for name, blob in wanted))
    chain.check("blobs", "content has these ids", all(_whole(git_dir, blob) for _, blob in wanted))
    if old := row.get("old_blob"):
        before = dict(_listed(git_dir, row["parent"]))
        chain.check("blobs", "before is the parent's", old == before.get(row["old_path"]))
    if "test_patch" in row:
        chain.check("blobs", "patches are what differs", remade(git_dir, row) == (row["patch"], row["test_patch"]))
    elif not path:
        chain.check("blobs", "texts are the blobs'", _texts(git_dir, row))
    called = f"{shard.parent.name}/{shard.name}"
    chain.steps["output row"] = {"file": called, "row": number}
    hashes = {one["path"]: one["sha256"] for one in Folder.at(shard.parent.parent).said["files"]}
    chain.check("output row", "file is the manifest's", hashes.get(called) == file_sha256(shard))


def _found(asked: Asked) -> tuple[Path, int]:
    """Find the shard and number of a row by its source, its lines told or not."""
    if asked.out is None:
        raise InvalidInput("nothing was published here yet", where=asked.source, hint="strata dataset build")
    folder = Folder.at(asked.out)
    if asked.shard:
        return next(one for one in folder.shards if folder.called(one) == asked.shard), asked.number
    con = connect()
    folder.load(con, "rows")
    found = con.execute(
        "select shard, number from rows where source = ? or starts_with(source, ? || '#') order by all limit 1",
        [asked.source, asked.source],
    ).fetchall()
    if not found:
        raise InvalidInput("the dataset has no such row", where=asked.source, hint=f"looked in {asked.out}")
    return folder.path / found[0][0], int(found[0][1])


def _listed(git_dir: Path, commit: str) -> Iterator[tuple[str, str]]:
    """Give the paths of a commit's tree with their blobs; nothing where there is no such commit."""
    try:
        listed = run_git(["ls-tree", "-r", "-z", "--end-of-options", commit], git_dir=git_dir)
    except StrataError:
        return
    for entry in listed.split(b"\0"):
        about, tab, path = entry.partition(b"\t")
        if tab:
            yield path.decode("utf-8", "backslashreplace"), about.split()[2].decode()


def _files(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["path"], one["blob"]) for one in json.loads(row.get("files") or "[]") if one["blob"]]


def _whole(git_dir: Path, blob: str) -> bool:
    """Say whether an object is there and has the name it should."""
    try:
        raw = Objects(git_dir).one(bytes.fromhex(blob))
    except (StrataError, ValueError):
        return False
    algorithm = "sha1" if len(blob) == 40 else "sha256"  # noqa: PLR2004 -- digits of a SHA-1
    return hashlib.new(algorithm, b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest() == blob


def _texts(git_dir: Path, row: Mapping[str, Any]) -> bool:
    """Say whether the parts of a row's text are the lines of their files; those in another encoding are not compared.

    Where the policy replaces private places, lines with a placeholder are not compared either.
    """
    text = str(row.get("text", "")).encode()
    for one in json.loads(row.get("files") or "[]"):
        raw = Objects(git_dir).one(bytes.fromhex(one["blob"]))
        ours = text[one["start"] : one["end"]].splitlines()
        theirs = raw.removeprefix(b"\xef\xbb\xbf").splitlines()[one["line"] - 1 : one["last_line"]]
        if not _is_utf8(raw):
            continue
        if len(ours) != len(theirs) or any(a != b and b"<" not in a for a, b in zip(ours, theirs, strict=True)):
            return False
    return True


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
