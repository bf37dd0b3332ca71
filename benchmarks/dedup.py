"""Near deduplication: speed, recall and wrong removals, beside rensa.

``python benchmarks/dedup.py REPOSITORY…`` takes the text blobs of each repository's HEAD (up to 1 MB, each content
once), deduplicates them with codestrata and with rensa (put into an environment of its own when missing), and holds
both against the truth: the exact Jaccard of all pairs (``dedup_truth.py``). ``--synthetic N`` clusters N made-up
signatures instead. Speeds are MB (10^6 bytes) per CPU-second of the whole process, on whatever cores the system gives.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.dedup import Room, Verifier, cluster
from codestrata.export.dedup.bands import banding, least_agreement
from codestrata.export.dedup.near import IN_CORE
from codestrata.git.command import run_git
from codestrata.git.objects import Objects
from codestrata.git.tree import list_tree
from codestrata.kernels.measure import Measures, measure
from dedup_truth import Figures, Truth

THRESHOLD = 0.7
LARGEST = 1_000_000
#: Shorter texts have no shingle of five words, and are nobody's near duplicates, for either tool.
FEWEST_WORDS = 5
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts end to end, and where each lies: repository (index into git_dirs) and object id."""

    arena: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    git_dirs: list[Path]
    whose: NDArray[np.int64]
    ids: NDArray[np.uint8]

    @property
    def mb(self) -> float:
        """Give the size in MB."""
        return float(self.offsets[-1]) / 1e6

    def read(self, documents: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], Any, Any]]:
        """Read documents from the object stores again, as an export does."""
        for k in np.unique(self.whose[documents]).tolist():
            mine = documents[self.whose[documents] == k]
            for batch in Objects(self.git_dirs[k]).read(self.ids[mine]):
                yield mine[batch.rows], batch.arena, batch.offsets


def collect(folders: Sequence[Path]) -> Corpus:
    """Take every text blob of every HEAD once."""
    seen: set[bytes] = set()
    texts: list[bytes] = []
    ids: list[bytes] = []
    whose: list[int] = []
    git_dirs = [_git_dir(folder) for folder in folders]
    for k, git_dir in enumerate(git_dirs):
        head = run_git(["rev-parse", "HEAD"], git_dir=git_dir).decode().strip()
        files = list_tree(git_dir, head).files
        regular = (np.asarray(files["mode"]) & 0o170000) == 0o100000
        wanted = sorted(set(files["blob"].take(np.flatnonzero(regular))) - seen)
        seen.update(wanted)
        for batch in Objects(git_dir).read(np.frombuffer(b"".join(wanted), np.uint8).reshape(-1, 20), max_size=LARGEST):
            for j, row in enumerate(batch.rows.tolist()):
                if len(text := batch[j]) > 0 and b"\0" not in text:
                    texts.append(text)
                    ids.append(wanted[row])
                    whose.append(k)
    offsets = np.concatenate([[0], np.cumsum([len(t) for t in texts])]).astype(np.int64)
    matrix = np.frombuffer(b"".join(ids), np.uint8).reshape(-1, 20)
    return Corpus(np.frombuffer(b"".join(texts), np.uint8), offsets, git_dirs, np.array(whose), matrix)


def _git_dir(folder: Path) -> Path:
    return folder / ".git" if (folder / ".git").exists() else folder


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Do some work; gives its result and the CPU seconds of this process."""
    began = time.process_time()
    return work(), time.process_time() - began


def ours(corpus: Corpus, in_core: int) -> tuple[NDArray[np.int64], dict[str, float], Measures]:
    """Sign, pair, read again, verify, cluster: what is removed, the CPU seconds of each step, the signatures."""
    families = np.zeros(len(corpus.ids), np.uint8)
    signed, sign = timed(lambda: measure(corpus.arena, corpus.offsets, families))
    documents = np.flatnonzero(signed["words"] >= FEWEST_WORDS)
    shingled = signed["shingles"][documents].astype(np.int32)
    spent = {"verify": 0.0, "pairs": 0.0}
    with tempfile.TemporaryDirectory() as scratch, Verifier(corpus.read, Path(scratch)) as verifier:

        def verify(pairs: NDArray[np.int64]) -> NDArray[np.float64]:
            scores, seconds = timed(lambda: verifier.jaccard(documents[pairs]))
            spent["verify"] += seconds
            spent["pairs"] += len(pairs)
            return np.asarray(scores)

        room = Room(Path(scratch), in_core=in_core)
        clusters, whole = timed(lambda: cluster(signed.signature[documents], shingled, THRESHOLD, verify, room))
    removed = documents[np.flatnonzero(clusters.survivor >= 0)]
    return removed, {"sign": sign, "band": whole - spent["verify"], **spent}, signed


def agreement(signatures: NDArray[np.uint16], pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the values that both signatures of each pair share."""
    parts = np.array_split(pairs, len(pairs) // 10_000 + 1)
    return np.concatenate([(signatures[p[:, 0]] == signatures[p[:, 1]]).sum(axis=1) for p in parts])


def seen(signatures: NDArray[np.uint16], shingled: NDArray[np.int32], pairs: NDArray[np.int64]) -> float:
    """Give the share of pairs that share a band and agree enough to be verified."""
    bands, rows = banding(THRESHOLD)
    alike = agreement(signatures, pairs) / 128
    least = np.array([least_agreement(int(k), THRESHOLD) for k in shingled[pairs].min(axis=1)])
    left, right = (signatures[side, : bands * rows].reshape(-1, bands, rows) for side in pairs.T)
    return float(((left == right).all(axis=2).any(axis=1) & (alike >= least)).mean())


def rensa(corpus: Corpus, python: Path) -> tuple[NDArray[np.int64], float]:
    """Do the same with rensa in its own interpreter; gives what is removed and its CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        corpus.offsets.tofile(Path(folder) / "offsets")
        corpus.arena.tofile(Path(folder) / "arena")
        said = subprocess.run([python, HERE / "dedup_rensa.py", folder], check=True, stdout=subprocess.PIPE).stdout
    found = json.loads(said)
    return np.array(found["removed"], np.int64), found["cpu"]


def environment(folder: Path) -> Path:
    """Give the interpreter of an environment with rensa in it; made when it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "rensa"], check=True)
    return python


def row(name: str, corpus: Corpus, seconds: float, figures: Figures) -> str:
    """Write one line of the table."""
    wrong = 100 * figures.wrong / max(1, figures.removed)
    return (
        f"| {name} | {seconds:.2f} | {corpus.mb / seconds:.1f} | {figures.removed} | {figures.wrong} ({wrong:.2f} %) "
        f"| {figures.left} | {100 * figures.recall:.2f} % |"
    )


def compare(folders: Sequence[Path], peers: Path, in_core: int) -> None:
    """Print the table for some repositories."""
    corpus = collect(folders)
    print(f"{len(corpus.ids)} texts, {corpus.mb:.1f} MB, of {len(folders)} repositories")
    removed, spent, signed = ours(corpus, in_core)
    truth = Truth.of(corpus.arena, corpus.offsets, THRESHOLD).among(signed["words"] >= FEWEST_WORDS)
    print(f"{len(truth.pairs)} pairs of Jaccard {THRESHOLD} or more; {spent['pairs']:.0f} pairs were verified")
    visible = seen(signed.signature, signed["shingles"].astype(np.int32), truth.pairs)
    print(f"banding {banding(THRESHOLD)} shows {100 * visible:.3f} % of them to the verifier")
    print({name: round(value, 3) for name, value in spent.items()})
    print("\n| tool | CPU s | MB/CPU-s | removed | without a kept twin | pairs left | recall of pairs |")
    print("|---|---|---|---|---|---|---|")
    after = spent["band"] + spent["verify"]
    print(row("codestrata, signatures included", corpus, after + spent["sign"], truth.judge(removed)))
    print(row("codestrata, signatures at hand", corpus, after, truth.judge(removed)))
    theirs, seconds = rensa(corpus, environment(peers))
    print(row("rensa (RMinHashDeduplicator)", corpus, seconds, truth.judge(theirs)))


def synthetic(count: int) -> None:
    """Cluster made-up signatures: 30 % are copies of others with up to 30 % of their values changed."""
    random = np.random.default_rng(0)
    signatures = random.integers(0, 1 << 16, (count, 128), dtype=np.uint16)
    copies = int(count * 0.3)
    signatures[count - copies :] = signatures[random.integers(0, count - copies, copies)]
    for low in range(count - copies, count, 50_000):
        part = signatures[low : low + 50_000]
        change = random.random(part.shape, dtype=np.float32) < random.uniform(0, 0.3, (len(part), 1))
        part[change] = random.integers(0, 1 << 16, int(change.sum()), dtype=np.uint16)
    shingled = np.full(count, 1000, np.int32)
    found, seconds = timed(lambda: cluster(signatures, shingled, THRESHOLD, lambda p: agreement(signatures, p) / 128))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{count} signatures: {seconds:.2f} CPU-s, {int((found.survivor >= 0).sum())} removed, peak {peak:.0f} MB")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("repositories", nargs="*", type=Path)
    parser.add_argument("--synthetic", type=int, default=0, metavar="N")
    parser.add_argument("--peers", type=Path, default=Path.home() / ".cache" / "codestrata-peers" / "rensa")
    parser.add_argument("--on-disk", action="store_true", help="band on disk, as with millions of documents")
    given = parser.parse_args()
    if given.synthetic:
        synthetic(given.synthetic)
    if given.repositories:
        compare(given.repositories, given.peers, 0 if given.on_disk else IN_CORE)
    if not given.synthetic and not given.repositories:
        parser.print_usage(sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
