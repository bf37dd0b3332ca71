"""Near deduplication at scale: millions of made-up documents, from texts on disk to who stays, in bounded memory.

``python benchmarks/dedup_scale.py N [--threads 2] [--folder DIR]`` makes N documents of 60 to 140 words (600 bytes on
average; another process does, and its time does not count), three in ten of them copies of others in which up to 6 % of
the words are changed. Then: sign every text; band, on disk; read the texts of all candidates from disk once more and
verify each pair by its exact Jaccard; cluster. Prints seconds and the peak resident memory of the process, and checks a
sample: planted twins at the threshold of which both stayed, and removals whose Jaccard is not what was said.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.dedup import Clusters, Room, Verifier, cluster
from codestrata.export.dedup.mapped import array, let_go
from codestrata.kernels.measure import measure
from codestrata.kernels.shingles import jaccard, shingles
from codestrata.kernels.strings import gather

THRESHOLD = 0.7
#: Share of documents that are copies, and the largest share of words changed in one.
COPIES, CHANGED = 0.3, 0.06
SHORTEST, LONGEST = 60, 140
#: Bytes of a word, with the space behind it.
WORD = 6
#: Documents made, signed or read at a time: some 30 MB.
BLOCK = 50_000
SAMPLE = 50_000

Ints = NDArray[np.int64]


def scrambled(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble numbers (SplitMix64; Steele, Lea, Flood 2014)."""
    x = (x + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ x >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ x >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return x ^ x >> np.uint64(31)


def sources(documents: Ints, count: int) -> Ints:
    """Give whose copy each document is: itself for the first seven in ten."""
    originals = count - int(count * COPIES)
    chosen = (scrambled(documents.astype(np.uint64) << np.uint64(20)) % np.uint64(originals)).astype(np.int64)
    return np.where(documents < originals, documents, chosen)


def words(documents: Ints, count: int) -> tuple[NDArray[np.uint16], Ints]:
    """Give the words of some documents, and how many each has."""
    source = sources(documents, count).astype(np.uint64)
    length = (SHORTEST + scrambled(source << np.uint64(21)) % np.uint64(LONGEST - SHORTEST + 1)).astype(np.int64)
    place = (np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)).astype(np.uint64)
    out = scrambled(np.repeat(source << np.uint64(8), length) + place)
    own = scrambled(np.repeat((documents.astype(np.uint64) << np.uint64(8)) + np.uint64(1 << 50), length) + place)
    rate = (scrambled(documents.astype(np.uint64) << np.uint64(22)) >> np.uint64(11)) / 2**53 * CHANGED
    changed = (own >> np.uint64(11)) / 2**53 < np.repeat(
        np.where(source == documents.astype(np.uint64), 0, rate), length
    )
    return np.where(changed, own, out).astype(np.uint16), length


def make(count: int, folder: str) -> None:
    """Write ``texts``, documents end to end, and ``offsets``."""
    letters = scrambled(np.arange(1 << 16, dtype=np.uint64))
    vocabulary = np.full((1 << 16, WORD), ord(" "), np.uint8)
    for k in range(WORD - 1):
        vocabulary[:, k] = ord("a") + (letters >> np.uint64(8 * k)) % np.uint64(26)
    lengths = []
    with (Path(folder) / "texts").open("wb") as file:
        for first in range(0, count, BLOCK):
            which, length = words(np.arange(first, min(count, first + BLOCK)), count)
            file.write(vocabulary[which].data)
            lengths.append(length * WORD)
    np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64).tofile(Path(folder) / "offsets")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents end to end in a file."""

    path: Path
    offsets: Ints

    def block(self, first: int, last: int) -> tuple[NDArray[np.uint8], Ints]:
        """Read the documents from first to last."""
        start, end = int(self.offsets[first]), int(self.offsets[last])
        with self.path.open("rb") as file:
            arena = np.frombuffer(os.pread(file.fileno(), end - start, start), np.uint8)
        return arena, self.offsets[first : last + 1] - start

    def read(self, documents: Ints) -> Iterator[tuple[Ints, NDArray[np.uint8], Ints]]:
        """Read some documents, rising, as a verifier asks for them."""
        edges = np.flatnonzero(np.diff(documents // BLOCK)) + 1
        for some in np.split(documents, edges):
            if len(some):
                yield some, *self._some(some)

    def _some(self, documents: Ints) -> tuple[NDArray[np.uint8], Ints]:
        first = int(documents[0])
        arena, offsets = self.block(first, int(documents[-1]) + 1)
        lengths = np.diff(offsets)[documents - first]
        ends = np.concatenate([[0], np.cumsum(lengths)])
        out = np.empty(ends[-1], np.uint8)
        gather(arena, offsets[documents - first], lengths, out, ends[:-1])
        return out, ends


@dataclass(slots=True)
class Clock:
    """Wall and CPU seconds by step."""

    spent: dict[str, tuple[float, float]] = field(default_factory=dict)

    def time(self, name: str, work: Callable[[], Any]) -> Any:
        """Do some work."""
        wall, cpu = time.perf_counter(), time.process_time()
        done = work()
        before = self.spent.get(name, (0.0, 0.0))
        self.spent[name] = before[0] + time.perf_counter() - wall, before[1] + time.process_time() - cpu
        return done


def sign(corpus: Corpus, scratch: Path, threads: int) -> tuple[NDArray[np.uint16], NDArray[np.int32]]:
    """Sign every document, in threads."""
    count = len(corpus.offsets) - 1
    signatures, sizes = array(scratch, "signatures", (count, 128), np.uint16), np.zeros(count, np.int32)

    def one(first: int) -> None:
        last = min(count, first + BLOCK)
        arena, offsets = corpus.block(first, last)
        measured = measure(arena, offsets, np.zeros(last - first, np.uint8))
        signatures[first:last] = measured.signature
        sizes[first:last] = measured["shingles"]
        let_go(signatures)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, range(0, count, BLOCK)))
    return signatures, sizes


def deduplicate(corpus: Corpus, scratch: Path, threads: int, clock: Clock) -> Clusters:
    """Sign, band, verify, cluster."""
    signatures, sizes = clock.time("sign", lambda: sign(corpus, scratch, threads))
    with Verifier(corpus.read, scratch, threads) as verifier:

        def verify(pairs: Ints) -> NDArray[np.float64]:
            return np.asarray(clock.time("verify", lambda: verifier.jaccard(pairs)))

        return clock.time("band", lambda: cluster(signatures, sizes, THRESHOLD, verify, Room(scratch, threads)))  # type: ignore[no-any-return]


def check(corpus: Corpus, found: Clusters) -> str:
    """Hold a sample of planted copies and of removals against the exact Jaccard of their texts."""
    count = len(found.survivor)
    originals = count - int(count * COPIES)
    step = max(1, (count - originals) // SAMPLE)
    copies = np.arange(originals, count, step)
    planted = np.stack([sources(copies, count), copies], axis=1)
    near = _exact(corpus, planted) >= THRESHOLD
    missed = (found.survivor[planted[near]] < 0).all(axis=1)
    gone = np.flatnonzero(found.survivor >= 0)[:: max(1, int((found.survivor >= 0).sum()) // SAMPLE)]
    said = _exact(corpus, np.stack([found.survivor[gone], gone], axis=1))
    wrong = (said != found.jaccard[gone]) | (said < THRESHOLD)
    orphans = int((found.survivor[found.survivor[found.survivor >= 0]] >= 0).sum())
    return (
        f"of {int(near.sum())} planted twins looked at both stay in {int(missed.sum())} cases; of {len(gone)} removals "
        f"looked at {int(wrong.sum())} are wrong; {orphans} of all have no kept twin"
    )


def _exact(corpus: Corpus, pairs: Ints) -> NDArray[np.float64]:
    wanted = np.unique(pairs)
    starts, hashes = [np.zeros(1, np.int64)], []
    for _, arena, offsets in corpus.read(wanted):
        bounds, one = shingles(arena, offsets)
        starts.append(bounds[1:] + starts[-1][-1])
        hashes.append(one)
    return jaccard(np.searchsorted(wanted, pairs), np.concatenate(starts), np.concatenate(hashes))


def run(count: int, threads: int, folder: Path | None) -> None:
    """Do it all, and print what it took."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as made:
        scratch = Path(made)
        maker = multiprocessing.get_context("spawn").Process(target=make, args=(count, made))
        maker.start()
        maker.join()
        corpus = Corpus(scratch / "texts", np.fromfile(scratch / "offsets", np.int64))
        clock, began = Clock(), time.perf_counter()
        found = deduplicate(corpus, scratch, threads, clock)
        whole, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        wall, cpu = clock.spent["band"]
        clock.spent["band"] = wall - clock.spent["verify"][0], cpu - clock.spent["verify"][1]
        total = sum(c for _, c in clock.spent.values())
        print(f"{count:,} documents, {corpus.offsets[-1] / 1e9:.2f} GB, {threads} threads:")
        print(f"  {whole:.0f} s, {total:.0f} CPU-s, peak {peak:.2f} GB; {len(found.pairs):,} pairs verified")
        print("  " + "; ".join(f"{name} {wall:.0f} s, {cpu:.0f} CPU-s" for name, (wall, cpu) in clock.spent.items()))
        print(f"  {int((found.survivor >= 0).sum()):,} removed; {check(corpus, found)}", flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("documents", nargs="+", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where there is room: a kilobyte and a half for each document")
    given = parser.parse_args()
    for count in given.documents:
        run(count, given.threads, given.folder)


if __name__ == "__main__":
    main()
