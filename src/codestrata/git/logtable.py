"""Parsed log entries as columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from codestrata.git.logparse import FIELDS, Block
from codestrata.store.columns import Columns, Varlen

#: A similarity is three digits after the status letter.
_SCORE = 3
#: The largest int64 has 19 digits.
_TOO_MANY = 19
#: A sign and four digits, or five in a broken commit.
_ZONE = 6


def commits_table(commits: Sequence[Sequence[bytes]]) -> Columns:
    """Lay commits out; times are seconds since 1970 (-1 when the commit has none), zones are minutes east of UTC."""
    columns: list[Sequence[bytes]] = list(zip(*commits, strict=True)) if commits else [()] * FIELDS
    ids, parents, author, author_email, authored, committer, committer_email, committed, subject, body = columns
    author_time, author_tz = _times(authored)
    committer_time, committer_tz = _times(committed)
    return {
        "commit": Varlen.fixed(_ids(ids)),
        "parents": Varlen.of(parents),
        "author_name": text(author),
        "author_email": text(author_email),
        "author_time": author_time,
        "author_tz": author_tz,
        "committer_name": text(committer),
        "committer_email": text(committer_email),
        "committer_time": committer_time,
        "committer_tz": committer_tz,
        "subject": text(subject),
        "message": text([message.rstrip(b"\n") for message in body]),
    }


def changes_table(block: Block) -> Columns:
    """Lay changes out; ids are empty where a side does not exist, lines -1 where unknown or binary."""
    digits = len(block.commits[0][0]) if block.commits else 40
    owner = np.array(block.owner, np.int64)
    added, deleted = _lines(block)
    old, new, status = 15, 16 + digits, 17 + 2 * digits
    return {
        "commit": Varlen.fixed(_ids([fields[0] for fields in block.commits])[owner]),
        "status": Varlen.of([head[status : status + 1] for head in block.head]),
        "path": Varlen.of(block.path, text=False),
        "old_path": Varlen.of(block.old_path, text=False),
        "old_blob": _blobs([head[old : old + digits] for head in block.head]),
        "new_blob": _blobs([head[new : new + digits] for head in block.head]),
        "similarity": np.array([int(head[-_SCORE:]) if head[-1:].isdigit() else -1 for head in block.head], np.int32),
        "added": added,
        "deleted": deleted,
    }


def text(rows: Sequence[bytes]) -> Varlen:
    """Make a text column: UTF-8 where it is that (git has converted what names its encoding), Latin-1 otherwise."""
    try:
        b"\n".join(rows).decode()
    except UnicodeDecodeError:
        return Varlen.of([_utf8(row) for row in rows])
    return Varlen.of(rows)


def _utf8(row: bytes) -> bytes:
    try:
        row.decode()
    except UnicodeDecodeError:
        return row.decode("latin-1").encode()
    return row


def _times(dates: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Read ``1704067200 +0130``; few zones occur, so each is worked out once."""
    halves = [date.partition(b" ") for date in dates]
    zones = {zone: _minutes(zone) for zone in {zone for _, _, zone in halves}}
    seconds = [int(time) if time.isdigit() and len(time) < _TOO_MANY else -1 for time, _, _ in halves]
    return np.array(seconds, np.int64), np.array([zones[zone] for _, _, zone in halves], np.int32)


def _minutes(zone: bytes) -> int:
    if not zone[1:].isdigit() or len(zone) > _ZONE:
        return 0
    hours, rest = divmod(int(zone[1:]), 100)
    return (hours * 60 + rest) * (-1 if zone[:1] == b"-" else 1)


def _ids(ids: Sequence[bytes]) -> NDArray[np.uint8]:
    """Turn hexadecimal ids of one length into an (n, width) array."""
    raw = np.frombuffer(bytes.fromhex(str(b"".join(ids), "ascii")), np.uint8)
    return raw.reshape(len(ids), -1) if ids else raw.reshape(0, 20)


def _blobs(ids: Sequence[bytes]) -> Varlen:
    """Lay blob ids out; the id of nothing (all zeros) is an empty row."""
    matrix = _ids(ids)
    there = matrix.any(axis=1)
    offsets = np.zeros(len(ids) + 1, np.int64)
    np.cumsum(there * matrix.shape[1], out=offsets[1:])
    return Varlen(offsets, matrix[there].reshape(-1), text=False)


def _lines(block: Block) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    added, deleted = np.full(len(block.owner), -1, np.int32), np.full(len(block.owner), -1, np.int32)
    for row, counts in block.lines.items():
        plus, _, minus = counts.partition(b"\t")
        if plus.isdigit() and minus.isdigit():
            added[row], deleted[row] = int(plus), int(minus)
    return added, deleted
