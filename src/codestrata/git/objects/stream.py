"""Objects through ``git cat-file``: the reader of last resort, and the only one where the kernels are missing."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np

from codestrata.errors import LimitExceeded
from codestrata.git.command import GitFailed, GitStream, stream_git
from codestrata.git.objects.batch import Batch, Bytes, Int64s, grouped, laid

#: Git dies of a damaged object and is started again behind it, so often; what is left then counts as damaged.
DEATHS = 256
_UNKNOWN = -1
_DIED = b"damaged -"


def headers(git_dir: Path, ids: Bytes, timeout: float) -> tuple[list[str], Int64s]:
    """Give type and size of each id: ("", -1) when git does not have it, ("damaged", -1) when git died of it."""
    lines: list[bytes] = []
    deaths = 0
    while len(lines) < len(ids) and deaths < DEATHS:
        lines += _header_lines(git_dir, ids[len(lines) :], timeout)
        deaths += 1
    lines += [_DIED] * (len(ids) - len(lines))
    known = [line.rsplit(b" ", 1) for line in lines]
    sizes = [int(size) if size.isdigit() else _UNKNOWN for _, size in known]
    kinds = ["" if size == b"missing" else kind.decode("ascii", "replace") for kind, size in known]
    return kinds, np.array(sizes, np.int64)


def _header_lines(git_dir: Path, ids: Bytes, timeout: float) -> list[bytes]:
    """Ask one git process; its answers, the one it died of included."""
    command = ["cat-file", "--buffer", "--batch-check=%(objecttype) %(objectsize)"]
    out = bytearray()
    try:
        with stream_git(command, git_dir=git_dir, stdin=_names(ids), timeout=timeout) as stream:
            for chunk in stream.chunks():
                out += chunk
    except (GitFailed, LimitExceeded):
        return [*bytes(out).split(b"\n")[:-1], _DIED]
    return bytes(out).splitlines()


def _names(ids: Bytes) -> bytes:
    return b"".join(row.tobytes().hex().encode() + b"\n" for row in ids)


class CatFile:
    """Reads blobs of known size from ``git cat-file --batch``. ``damaged`` lists the rows that git could not give."""

    def __init__(self, git_dir: Path, batch_bytes: int, timeout: float) -> None:
        self.git_dir = git_dir
        self.batch_bytes = batch_bytes
        self.timeout = timeout
        self.damaged: list[int] = []

    def read(self, ids: Bytes, rows: Int64s, sizes: Int64s) -> Iterator[Batch]:
        """Give blobs ``ids[rows]`` in that order; ``sizes`` are theirs."""
        at = deaths = 0
        while at < len(rows) and deaths < DEATHS:
            at += yield from self._until_death(ids[rows[at:]], rows[at:], sizes[at:])
            deaths += 1
        self.damaged.extend(rows[at:].tolist())

    def _until_death(self, ids: Bytes, rows: Int64s, sizes: Int64s) -> Generator[Batch, None, int]:
        """Read with one git process; gives how many blobs are dealt with. One that git dies of is damaged."""
        done = 0
        command = ["cat-file", "--buffer", "--batch=%(objectname)"]
        try:
            with stream_git(command, git_dir=self.git_dir, stdin=_names(ids), timeout=self.timeout) as stream:
                for group in grouped(sizes, self.batch_bytes):
                    pieces = _frames(stream, ids[group], sizes[group])
                    if pieces:
                        yield laid(pieces, rows[group][: len(pieces)])
                    done = group.start + len(pieces)
                    if done < group.stop:
                        break
        except (GitFailed, LimitExceeded):
            pass  # what it died of is the object that did not come
        if done < len(rows):
            self.damaged.append(int(rows[done]))
            done += 1
        return done


def _frames(stream: GitStream, ids: Bytes, sizes: Int64s) -> list[Bytes]:
    """Read "name LF content LF" for each id; the contents up to the first that is not as expected."""
    head = 2 * ids.shape[1] + 1
    ends = np.cumsum(sizes + head + 1)
    raw = np.empty(int(ends[-1]), np.uint8)
    got = stream.readinto(raw.data)
    contents = []
    for row, size, end in zip(ids, sizes.tolist(), ends.tolist(), strict=True):
        start = end - size - head - 1
        name = raw[start : start + head].tobytes()
        if end > got or name != row.tobytes().hex().encode() + b"\n" or raw[end - 1] != ord("\n"):
            break
        contents.append(raw[start + head : end - 1])
    return contents
