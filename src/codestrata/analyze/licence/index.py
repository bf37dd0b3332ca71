"""The licence texts as :class:`codestrata.kernels.known.Known` texts.

Built by ``scripts/make_spdx_tables.py`` and shipped; a process is ready in a few milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.licence.words import words
from codestrata.kernels.known import Known

#: Pairs given to the licences everybody uses, so that near-identical variants (BSD-3-Clause-HP, X11, …) are found where
#: a text really says so.
USUAL = 4
_USUAL = {
    *("0BSD", "AGPL-3.0-only", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "EPL-2.0"),
    *("GPL-2.0-only", "GPL-3.0-only", "HPND", "ISC", "LGPL-2.1-only", "LGPL-3.0-only", "MIT", "MPL-2.0", "OFL-1.1"),
    *("PSF-2.0", "Python-2.0", "Unlicense", "WTFPL", "Zlib"),
}


@dataclass(frozen=True, slots=True)
class Index:
    """The id of each text, and the texts."""

    ids: list[str]
    known: Known


def build(references: Sequence[tuple[str, str]]) -> Index:
    """Index (id, text) references."""
    lists = [words(text) for _, text in references]
    listed = sorted({word for row in lists for word in row})
    number = {word: i + 1 for i, word in enumerate(listed)}
    rows = []
    for row in lists:
        numbers = np.array([number[word] for word in row], np.int64)
        rows.append(np.unique(numbers[:-1] * (len(listed) + 1) + numbers[1:]))
    owners = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    values = np.concatenate(rows)
    order = np.argsort(values, kind="stable")
    pairs, starts = np.unique(values[order], return_index=True)
    ids, lengths = [id_ for id_, _ in references], [len(row) - 1 for row in lists]
    return _index(ids, lengths, listed, pairs, np.append(starts, len(order)), owners[order])


def _index(
    ids: list[str],
    lengths: list[int],
    listed: list[str],
    pairs: NDArray[np.integer[Any]],
    starts: NDArray[np.integer[Any]],
    texts: NDArray[np.integer[Any]],
) -> Index:
    sizes, bonus = np.bincount(texts, minlength=len(ids)), [USUAL if id_ in _USUAL else 0 for id_ in ids]
    posted, owners = starts.astype(np.int32), np.ascontiguousarray(texts, np.uint16)
    known = Known(
        listed, pairs.astype(np.int64), posted, owners, np.array(lengths, np.int64), sizes, np.array(bonus, np.int64)
    )
    return Index(ids, known)


def pack(index: Index) -> bytes:
    """Lay an index out as bytes: a line of JSON with ids and words, then gaps of pairs, posting counts, postings."""
    known = index.known
    head = {"ids": index.ids, "lengths": known.lengths.tolist(), "words": list(known.words), "keys": len(known.pairs)}
    gaps = np.diff(known.pairs, prepend=0).astype("<u4")
    counts = np.diff(known.starts).astype("<u2")
    return json.dumps(head).encode() + b"\n" + gaps.tobytes() + counts.tobytes() + known.texts.astype("<u2").tobytes()


def unpack(data: bytes) -> Index:
    """Read what :func:`pack` wrote."""
    line, _, body = data.partition(b"\n")
    head = json.loads(line)
    m = head["keys"]
    pairs = np.cumsum(np.frombuffer(body, "<u4", m), dtype=np.int64)
    counts = np.frombuffer(body, "<u2", m, 4 * m)
    starts = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    return _index(head["ids"], head["lengths"], head["words"], pairs, starts, np.frombuffer(body, "<u2", -1, 6 * m))


@cache
def load() -> Index:
    """Give the shipped index, read at first use."""
    import zstandard

    return unpack(
        zstandard.ZstdDecompressor().decompress(Path(__file__).with_name("data").joinpath("index.zst").read_bytes())
    )
