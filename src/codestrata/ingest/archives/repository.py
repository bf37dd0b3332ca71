"""Entries → a commit in a bare repository, through ``git fast-import``; nothing is ever unpacked to disk.

The same archive gives the same commit id everywhere: the author is fixed, the time is the newest entry's, the tree is
the archive's files less its one top folder, the message names the archive and its SHA-256.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from codestrata.errors import DamagedRepository, LimitExceeded, SecurityViolation
from codestrata.git.command import GitStream, run_git, stream_git
from codestrata.ingest.archives.entries import Entry, shown
from codestrata.ingest.archives.folders import folder_entries
from codestrata.ingest.archives.inflate import kind_of
from codestrata.ingest.archives.tars import tar_entries
from codestrata.ingest.archives.zips import zip_entries
from codestrata.settings.ingest import LimitSettings

#: Author and committer of every commit made here.
AUTHOR = b"codestrata <codestrata@codestrata.invalid>"
#: One file may have so many bytes: no source file has, and Git would hold far less in memory well.
MAX_FILE_BYTES = 512 << 20
#: A pack without deltas, lightly compressed, is written three times faster and read without chasing bases.
_SPEED = (("pack.compression", "1"), ("core.compression", "1"))
_REF_ODD = re.compile(r"\.(?=\.)|(?<=\.)\.|\.(?=lock$)|^[.\-]|\.$|[~/]")


def import_archive(
    archive: Path,
    git_dir: Path,
    limits: LimitSettings | None = None,
    *,
    message: str,
    ref: str = "refs/heads/main",
    timeout: float = 600.0,
) -> str:
    """Write the archive's files as one commit without parents into ``git_dir`` (made if missing); gives the commit id.

    HEAD points at ``ref`` afterwards. Raises DamagedRepository (not an archive, broken, cut short, encrypted),
    SecurityViolation (a path outside, a device) and LimitExceeded (entries, bytes, ratio, path), each naming the entry.
    """
    limits = limits or LimitSettings()
    where = archive.name
    with archive.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > limits.max_pack_bytes:
            raise LimitExceeded(f"has {size} bytes", where=where, hint="raise ingest.limits.max_pack_bytes")
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        entries = _entries(file, limits, where)
        text = f"{message}\n\nArchive: {where}\nSHA-256: {digest}\n"
        return _commit(_bounded(entries, size, limits, where), git_dir, text, ref, timeout, where)


def import_folder(
    folder: Path,
    git_dir: Path,
    limits: LimitSettings | None = None,
    *,
    message: str,
    ref: str = "refs/heads/main",
    timeout: float = 600.0,
) -> str:
    """Write a folder's files as one commit, as ``import_archive`` does; its time is 1970."""
    limits = limits or LimitSettings()
    entries = _bounded(folder_entries(folder, limits, folder.name), limits.max_bytes, limits, folder.name)
    return _commit(entries, git_dir, f"{message}\n", ref, timeout, folder.name)


def branch(name: str) -> str:
    """Give the branch for a version, with what Git refuses in a ref percent-encoded; "" is main."""
    safe = quote(name, safe="+!,=@-._")
    return "refs/heads/" + (_REF_ODD.sub(lambda m: "".join(f"%{ord(c):02X}" for c in m[0]), safe) or "main")


def _entries(file: BinaryIO, limits: LimitSettings, where: str) -> Iterator[Entry]:
    head = file.read(512)
    file.seek(0)
    kind = kind_of(head)
    if kind == "zip":
        return zip_entries(file, limits, where)
    return tar_entries(file, kind, limits, where)


def _bounded(entries: Iterable[Entry], packed: int, limits: LimitSettings, where: str) -> Iterator[Entry]:
    """Pass entries on as long as their declared bytes stay within the limits; nothing gives more than it declares."""
    total = 0
    for entry in entries:
        total += entry.size
        if entry.size > MAX_FILE_BYTES:
            raise LimitExceeded(f"the entry {shown(entry.path)} has {entry.size} bytes", where=where)
        if total > limits.max_bytes:
            hint = "raise ingest.limits.max_bytes"
            raise LimitExceeded(f"holds more than {limits.max_bytes} bytes", where=where, hint=hint)
        if total > limits.ratio_from_bytes and total > limits.max_ratio * packed:
            hint = "a compression bomb; raise ingest.limits.max_ratio if it is not"
            raise LimitExceeded(f"unpacks to more than {limits.max_ratio} times its size", where=where, hint=hint)
        yield entry


def _commit(entries: Iterable[Entry], git_dir: Path, message: str, ref: str, timeout: float, where: str) -> str:
    if not (git_dir / "HEAD").exists():
        run_git(["init", "--bare", "--quiet", "--object-format=sha1", "--", str(git_dir.absolute())])
    with _fast_import(git_dir, timeout) as write:
        _write(entries, write, message.encode(), ref.encode(), where)
    run_git(["symbolic-ref", "HEAD", ref], git_dir=git_dir)
    return run_git(["rev-parse", "--verify", f"{ref}^{{commit}}"], git_dir=git_dir).decode().strip()


@contextmanager
def _fast_import(git_dir: Path, timeout: float) -> Iterator[Callable[[bytes], object]]:
    """Give the function that writes to a running ``git fast-import``; when the block ends well, so must git."""
    reading, writing = os.pipe()
    arguments = ["fast-import", "--quiet", "--force", "--done", "--depth=0", "--date-format=raw"]
    with open(writing, "wb", buffering=1 << 20) as pipe:  # noqa: PTH123 - a descriptor
        try:
            running = stream_git(arguments, git_dir=git_dir, stdin=reading, timeout=timeout, config=_SPEED)
            with running as stream:
                os.close(reading)
                reading = -1
                try:
                    yield pipe.write
                    pipe.write(b"done\n")
                    pipe.close()
                except BrokenPipeError:
                    # Git ended first: its own last words, or the guard's reason, come out at the end of the block.
                    _abandon(pipe)
                _drain(stream)
        finally:
            if reading >= 0:
                os.close(reading)
            _abandon(pipe)


def _abandon(pipe: BinaryIO) -> None:
    """Close a pipe whose reader may be gone, with whatever it still holds."""
    with suppress(BrokenPipeError):
        pipe.close()


def _drain(stream: GitStream) -> None:
    for _ in stream.chunks():
        pass


def _write(entries: Iterable[Entry], write: Callable[[bytes], object], message: bytes, ref: bytes, where: str) -> None:
    """Write the stream: every blob with its mark, then one commit that names them."""
    tree: dict[bytes, tuple[bytes, int]] = {}
    newest = marks = 0
    for entry in entries:
        newest = max(newest, entry.time)
        if entry.same_as:
            tree[entry.path] = _linked(tree, entry, where)
            continue
        marks += 1
        write(b"blob\nmark :%d\ndata %d\n" % (marks, entry.size))
        for data in entry.content():
            write(data)
        write(b"\n")
        tree[entry.path] = (entry.mode, marks)
    _check_folders(tree, where)
    who = b"%s %d +0000\n" % (AUTHOR, newest)
    write(b"commit %s\nauthor %scommitter %sdata %d\n%s\n" % (ref, who, who, len(message), message))
    skip = _top_folder(tree)
    for path, (mode, mark) in tree.items():
        write(b'M %s :%d "%s"\n' % (mode, mark, _quoted(path[skip:])))
    write(b"\n")


def _linked(tree: dict[bytes, tuple[bytes, int]], entry: Entry, where: str) -> tuple[bytes, int]:
    target = tree.get(entry.same_as)
    if target is None:
        raise DamagedRepository(
            f"{shown(entry.path)} is a hard link to {shown(entry.same_as)}, which is not there", where=where
        )
    return target


def _check_folders(tree: dict[bytes, tuple[bytes, int]], where: str) -> None:
    """Refuse a path that goes through a file or a link: the classic way out of an archive's folder."""
    for path in tree:
        end = path.rfind(b"/")
        while end > 0:
            if path[:end] in tree:
                raise SecurityViolation(f"{shown(path[:end])} is both a file and a folder", where=where)
            end = path.rfind(b"/", 0, end)


def _top_folder(tree: Iterable[bytes]) -> int:
    """Give the length of the one folder (with its slash) that everything lies in, 0 when there is none."""
    tops = {path[: path.find(b"/") + 1] for path in tree}
    return len(tops.pop()) if len(tops) == 1 else 0


def _quoted(path: bytes) -> bytes:
    return path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
