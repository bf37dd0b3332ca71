"""Banding out of core: which pairs are worth comparing among more documents than fit into memory with all their bands.

Signatures are read in order, a block at a time; of each band of each document a record goes to disk, by the top bits of
its key. Then one part after the other is sorted: documents that share a band stand side by side. What is in memory is a
part for each thread, some bytes for each document, and the pairs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from codestrata.export.dedup.bands import banding, least_for
from codestrata.export.dedup.mapped import let_go
from codestrata.kernels.lsh import agreement, band_records

#: Documents whose records are made at a time: 16 MB of signatures.
_BLOCK = 1 << 16
#: Records of a part aimed at; there are 2 to 2^_MOST_HIGH parts.
_PART = 1 << 22
_MOST_HIGH = 8
#: In a bucket the best so many documents are paired with all others of it, the rest when these have gone.
LEADERS = 16
#: A document is paired with so many better ones in one look; more of a crowd are asked about when it still stays.
PARTNERS = 32
#: Pairs whose signatures are looked at in one go.
_AT_ONCE = 1 << 20
#: Pairs found several times over are held before they are sorted out.
_HELD = 1 << 24


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look found: pairs ``better << 32 | worse``, rising; and who was in a crowd and not paired with all."""

    pairs: NDArray[np.uint64]
    crowded: NDArray[np.bool_]


@dataclass(slots=True)
class Spill:
    """Documents best rank first: signatures (n, 128), in memory or mapped, and how many shingles each has."""

    signatures: NDArray[np.uint16]
    shingles: NDArray[np.int32]
    threshold: float
    folder: Path
    threads: int = 1

    def look(self, active: NDArray[np.int64], known: NDArray[np.uint64], lead: int = 0) -> Looked:
        """Pair some documents, rising, by the bands they share; less the pairs that are known, which rise, too.

        ``lead``: so many documents of each bucket stand aside for the next to lead it.
        """
        low = max(1, (len(self.signatures) - 1).bit_length())
        bands, _ = banding(self.threshold)
        high = min(_MOST_HIGH, max(1, (len(active) * bands // _PART).bit_length()))
        crowded = np.zeros(len(self.signatures), np.bool_)
        path = self.folder / "bands"
        with path.open("w+b") as file:
            path.unlink()
            parts = self._write(file, active, high, low)
            with ThreadPoolExecutor(self.threads) as pool:
                found = pool.map(lambda part: self._pairs(_Part(file, part, low, lead), crowded), parts)
                pairs = _gathered(found)
        let_go(self.signatures)
        return Looked(_few(np.setdiff1d(pairs, known, assume_unique=True), crowded), crowded)

    def _write(self, file: BinaryIO, active: NDArray[np.int64], high: int, low: int) -> list[list[tuple[int, int]]]:
        """Write the records; gives for each part where its pieces lie in the file: (first byte, bytes)."""
        parts: list[list[tuple[int, int]]] = [[] for _ in range(1 << high)]
        at = 0
        for first in range(0, len(active), _BLOCK):
            block = active[first : first + _BLOCK]
            records, ends = band_records(self.signatures[block], block, *banding(self.threshold), high=high, low=low)
            file.write(records.data)
            let_go(self.signatures)
            starts = np.concatenate([[0], ends[:-1]])
            for pieces, start, end in zip(parts, starts.tolist(), ends.tolist(), strict=True):
                if end > start:
                    pieces.append((at + 8 * start, 8 * (end - start)))
            at += 8 * len(records)
        file.flush()
        return parts

    def _pairs(self, part: _Part, crowded: NDArray[np.bool_]) -> NDArray[np.uint64]:
        """Give the pairs of one part whose signatures agree as much as near duplicates' do, rising, each once."""
        codes = np.unique(np.concatenate([np.zeros(0, np.uint64), *part.pairs(crowded)]))
        kept = [codes[:0]]
        for first in range(0, len(codes), _AT_ONCE):
            some = codes[first : first + _AT_ONCE]
            kept.append(some[self._alike(decode(some))])
        return np.concatenate(kept)

    def _alike(self, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
        least = least_for(self.shingles[pairs].max(axis=1), self.threshold)
        return np.asarray(agreement(self.signatures, pairs) >= np.ceil(least * self.signatures.shape[1]))


@dataclass(frozen=True, slots=True)
class _Part:
    """Records in pieces of a file, with the documents' numbers in their ``low`` bits."""

    file: BinaryIO
    pieces: list[tuple[int, int]]
    low: int
    lead: int

    def _sorted(self) -> NDArray[np.uint64]:
        read = (np.frombuffer(os.pread(self.file.fileno(), size, at), np.uint64) for at, size in self.pieces)
        records = np.concatenate([np.zeros(0, np.uint64), *read])
        records.sort()
        return records

    def pairs(self, crowded: NDArray[np.bool_]) -> Iterator[NDArray[np.uint64]]:
        """Pair LEADERS documents of each bucket with all behind them; marks those that are behind more than these."""
        records = self._sorted()
        keys = records >> np.uint64(self.low)
        same = np.flatnonzero(keys[1:] == keys[:-1]) + 1  # records that are not the first of their bucket
        start = _heads(same)
        documents = records & np.uint64((1 << self.low) - 1)
        nth = same - start
        crowded[documents[same[nth >= self.lead + LEADERS]].astype(np.int64)] = True
        for leader in range(self.lead, self.lead + LEADERS):
            some = nth > leader
            if not some.any():
                return
            same, start, nth = same[some], start[some], nth[some]
            better, worse = documents[start + leader], documents[same]
            yield (better << np.uint64(32) | worse)[better < worse]


def _heads(same: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the first record of the bucket of each of some records; ``same``: all that are not the first of theirs."""
    first = np.ones(len(same), np.bool_)
    first[1:] = same[1:] != same[:-1] + 1
    which = np.maximum.accumulate(np.where(first, np.arange(len(same)), 0))
    return np.asarray(same[which] - 1)


def _gathered(found: Iterator[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Put pairs of several parts together, each once."""
    held, size = [np.zeros(0, np.uint64)], 0
    for codes in found:
        held.append(codes)
        size += len(codes)
        if size > _HELD:
            held, size = [np.unique(np.concatenate(held))], 0
    return np.unique(np.concatenate(held))


def _few(codes: NDArray[np.uint64], crowded: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Keep of each document's pairs those with its PARTNERS best; who is in another one is in a crowd."""
    better, worse = decode(codes).T
    order = np.argsort(worse, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(worse, minlength=len(crowded)))])[worse[order]]
    many = order[np.arange(len(order)) - start >= PARTNERS]
    crowded[better[many]] = crowded[worse[many]] = True
    return np.delete(codes, many)


def decode(codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give (m, 2) pairs of document numbers."""
    return np.stack([codes >> np.uint64(32), codes & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)
