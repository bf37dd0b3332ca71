"""An inverted index from pairs of words to the licence texts that hold them.

``keys`` are the pairs that occur in any text, sorted; ``postings[starts[k]:starts[k + 1]]`` are the texts that hold
pair k. Built once by ``scripts/make_spdx_tables.py`` and shipped, so that a process is ready in a few milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.licence.words import words


@dataclass(frozen=True, slots=True)
class Index:
    """The pairs of words that licence texts are made of: n texts, m pairs, a vocabulary from word to 1, 2, and so on.

    lengths, sizes: int64[n], pairs in each text with and without repetition; keys: int64[m]; starts: int64[m + 1].
    """

    ids: list[str]
    lengths: NDArray[np.int64]
    sizes: NDArray[np.int64]
    vocabulary: dict[str, int]
    keys: NDArray[np.int64]
    starts: NDArray[np.int64]
    postings: NDArray[np.int64]
    _held: dict[int, NDArray[np.int64]] = field(default_factory=dict)

    def pairs(self, listed: Sequence[str]) -> NDArray[np.int64]:
        """Give the index into ``keys`` of each pair of neighbouring words: int64[len - 1], -1 where no text has it."""
        numbers = np.fromiter(map(self.vocabulary.get, listed, [0] * len(listed)), np.int64, len(listed))
        values = numbers[:-1] * (len(self.vocabulary) + 1) + numbers[1:]
        found = np.minimum(np.searchsorted(self.keys, values), len(self.keys) - 1)
        found[self.keys[found] != values] = -1
        return found

    def shared(self, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count for each text how many of these distinct pairs (indices into ``keys``) it holds: int64[n]."""
        lengths = self.starts[pairs + 1] - self.starts[pairs]
        ends = np.cumsum(lengths)
        where = np.repeat(self.starts[pairs] - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        return np.bincount(self.postings[where], minlength=len(self.ids))

    def text_pairs(self, text: int) -> NDArray[np.bool_]:
        """Mark the pairs that one text holds: bool[m]."""
        if text not in self._held:
            self._held[text] = np.searchsorted(self.starts, np.flatnonzero(self.postings == text), side="right") - 1
        marked = np.zeros(len(self.keys), np.bool_)
        marked[self._held[text]] = True
        return marked


def build(references: Sequence[tuple[str, str]]) -> Index:
    """Index (id, text) references."""
    lists = [words(text) for _, text in references]
    vocabulary = {word: i + 1 for i, word in enumerate(sorted({word for listed in lists for word in listed}))}
    rows = []
    for listed in lists:
        numbers = np.array([vocabulary[word] for word in listed], np.int64)
        rows.append(np.unique(numbers[:-1] * (len(vocabulary) + 1) + numbers[1:]))
    sizes = np.array([len(row) for row in rows], np.int64)
    values, owners = np.concatenate(rows), np.repeat(np.arange(len(rows)), sizes)
    order = np.argsort(values, kind="stable")
    keys, starts = np.unique(values[order], return_index=True)
    ids, lengths = [id_ for id_, _ in references], np.array([len(listed) - 1 for listed in lists], np.int64)
    return Index(ids, lengths, sizes, vocabulary, keys, np.append(starts, len(order)), owners[order])


def pack(index: Index) -> bytes:
    """Lay an index out as bytes: a line of JSON with ids and words, then keys' gaps, posting counts and postings."""
    words_, lengths = list(index.vocabulary), index.lengths.tolist()
    head = json.dumps({"ids": index.ids, "lengths": lengths, "words": words_, "keys": len(index.keys)})
    gaps = np.diff(index.keys, prepend=0).astype("<u4")
    counts = np.diff(index.starts).astype("<u2")
    return head.encode() + b"\n" + gaps.tobytes() + counts.tobytes() + index.postings.astype("<u2").tobytes()


def unpack(data: bytes) -> Index:
    """Read what :func:`pack` wrote."""
    line, _, body = data.partition(b"\n")
    head = json.loads(line)
    m = head["keys"]
    keys = np.cumsum(np.frombuffer(body, "<u4", m), dtype=np.int64)
    counts = np.frombuffer(body, "<u2", m, 4 * m).astype(np.int64)
    postings = np.frombuffer(body, "<u2", -1, 6 * m).astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(counts)))
    vocabulary = {word: i + 1 for i, word in enumerate(head["words"])}
    sizes = np.bincount(postings, minlength=len(head["ids"]))
    return Index(head["ids"], np.array(head["lengths"]), sizes, vocabulary, keys, starts, postings)


@cache
def load() -> Index:
    """Give the shipped index, read at first use."""
    import zstandard

    return unpack(
        zstandard.ZstdDecompressor().decompress(Path(__file__).with_name("data").joinpath("index.zst").read_bytes())
    )
