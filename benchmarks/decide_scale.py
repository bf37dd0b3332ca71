"""Deciding at scale: gates, duplicates, splits, mixture over a catalogue of millions of files, in bounded memory.

``python benchmarks/decide_scale.py N… [--folder DIR]`` makes tables as a workspace has them: N files in N/1000
repositories, seven in ten of them copies of another's, and facts of their contents. The contents are the documents
of ``dedup_scale.py``, really signed, so that near twins are found and verified; three in ten are near copies. Texts are
read from one file where a build reads them from Git (``read.py`` measures that); all else is ``export.decide`` as it
is, its table written too. Prints wall and CPU seconds and the peak resident memory of the process that decides.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.facts.schema import complete
from codestrata.engine.base import Partition
from codestrata.export.decide import stage
from codestrata.export.decide.selection import Chosen
from codestrata.kernels.measure import measure
from codestrata.settings import Settings
from codestrata.settings.export import ExportSettings
from codestrata.store.columns import Columns, Varlen
from codestrata.store.tables import Tables
from codestrata.workspace.dataset.aside import Quiet
from dedup_scale import Corpus, make, scrambled

#: Files of a repository, contents of a file of table facts.
FILES, PIECE = 1000, 10_000
#: The share of files that are copies of another's: of GitHub's it is 70 % (Lopes et al., DéjàVu, OOPSLA 2017).
COPIED = 0.7
LANGUAGES = (("Python", ".py"), ("C", ".c"), ("Go", ".go"), ("JavaScript", ".js"), ("Rust", ".rs"), ("Markdown", ".md"))
LICENCES = ("MIT", "Apache-2.0", "BSD-3-Clause", "GPL-3.0-only", "")
#: Everything at once: a mixture, splits by families, quality, near duplicates.
SETTINGS = {
    "split": {"by": "family", "validation": 0.01, "test": 0.01},
    "mixture": {"sample": 0.9, "most_per_repository": 900},
    "dedup": {"normal": True},
}
Ints = NDArray[np.int64]


def blobs_of(documents: Ints) -> Varlen:
    """Give the object ids of contents."""
    words = [
        scrambled(documents.astype(np.uint64) + np.uint64(k << 40)).view(np.uint8).reshape(-1, 8) for k in (1, 2, 3)
    ]
    return Varlen.fixed(np.ascontiguousarray(np.concatenate(words, axis=1)[:, :20]))


def _picked(words: Sequence[str], documents: Ints) -> Varlen:
    return Varlen.of(words).take((scrambled(documents.astype(np.uint64)) % np.uint64(len(words))).astype(np.int64))


def facts_of(documents: Ints, arena: NDArray[np.uint8], offsets: Ints) -> Columns:
    """Give the facts of some contents."""
    n = len(documents)
    made = measure(arena, offsets, np.zeros(n, np.uint8))
    names = ("lines", "blank_lines", "comment_lines", "max_line", "words", "lexemes", "complexity", "shingles")
    wide = ("chars", "alnum", "alpha", "digits", "whitespace", "uppercase", "encoded_max", "encoded_total")
    known: Columns = {
        "blob": blobs_of(documents),
        "name_key": _picked([key for _, key in LANGUAGES], documents),
        "language": _picked([name for name, _ in LANGUAGES], documents),
        "size": np.diff(offsets),
        "encoding": Varlen.of(["ascii"]).take(np.zeros(n, np.int64)),
        "visible_chars": np.full(n, -1, np.int64),
        "norm_hash": made.norm_hash,
        "signature": Varlen.fixed(made.signature.view(np.uint8)),
        **{name: made[name].astype(np.int32) for name in names},
        **{name: np.ascontiguousarray(made[name]) for name in wide},
    }
    known["lines"] = (made["chars"] // 50 + 1).astype(np.int32)  # as if they were lines of code: all passes quality
    known["max_line"] = np.full(n, 80, np.int32)
    return complete(known, n)


def repository(which: int, count: int, many: int, sizes: Ints) -> tuple[Columns, Columns]:
    """Give the files and annotations of one repository."""
    rows = np.arange(which * FILES, min(count, (which + 1) * FILES))
    documents = np.where(rows < many, rows, (scrambled(rows.astype(np.uint64)) % np.uint64(many)).astype(np.int64))
    keys = _picked([key for _, key in LANGUAGES], documents)
    paths = sorted(
        f"src/part_{r % 37:02d}/file_{r:08d}{key}" for r, key in zip(rows.tolist(), keys.strings(), strict=True)
    )
    order = np.argsort([f"{r % 37:02d}/{r:08d}" for r in rows.tolist()])
    documents, n = documents[order], len(rows)
    path = Varlen.of([one.encode() for one in paths], text=False)
    files: Columns = {
        "path": path,
        "mode": np.full(n, 0o100644, np.int32),
        "blob": blobs_of(documents),
        "size": sizes[documents],
    }
    marked = scrambled(rows.astype(np.uint64)) % np.uint64(50)
    nothing = Varlen.of([""]).take(np.zeros(n, np.int64))
    notes: Columns = {
        "path": path,
        "name_key": _picked([key for _, key in LANGUAGES], documents),
        "vendored": marked == 1,
        "test": marked == 2,
        "documentation": marked == 3,
        "generated_path": nothing,
        "licence": Varlen.of([LICENCES[which % len(LICENCES)]]).take(np.zeros(n, np.int64)),
        "licence_source": Varlen.of(["LICENSE"]).take(np.zeros(n, np.int64)),
        "licence_method": Varlen.of(["text"]).take(np.zeros(n, np.int64)),
        "licence_confidence": np.full(n, 0.99, np.float32),
    }
    return files, notes


def lay(count: int, folder: str, copied: float) -> None:
    """Write texts and tables, and ``made.json``, what a plan names."""
    root, many = Path(folder), count - int(count * copied)
    make(many, folder)
    corpus, store = Corpus(root / "texts", np.fromfile(root / "offsets", np.int64)), Tables(root / "tables")
    facts = []
    for first in range(0, many, PIECE):
        documents = np.arange(first, min(many, first + PIECE))
        facts.append(store.write("facts", facts_of(documents, *corpus.block(first, int(documents[-1]) + 1))).path)
    sizes, chosen = np.diff(corpus.offsets), []
    for which in range(-(-count // FILES)):
        files, notes = (
            store.write(name, made)
            for name, made in zip(("files", "annotations"), repository(which, count, many, sizes), strict=True)
        )
        name = f"owner{which % 911:03d}/name{which:06d}"
        chosen.append(
            Chosen(
                f"r{which:07d}",
                name,
                f"{which:040x}",
                1_600_000_000 + which,
                which % 5000,
                which % 700,
                "",
                "",
                "",
                "",
                files.path,
                notes.path,
                files.rows,
            )
        )
    chosen.sort(key=lambda one: (one.full_name.encode(), one.repository_id))
    (root / "made.json").write_text(json.dumps({"facts": facts, "snapshots": [one.spec() for one in chosen]}))


class Texts:
    """What :class:`codestrata.export.decide.contents.Contents` does, from one file of documents."""

    corpus: Corpus

    def __init__(self, files: Columns, *_: Any) -> None:
        ids = blobs_of(np.arange(len(self.corpus.offsets) - 1)).matrix(20)[:, :8].copy().view(np.uint64).ravel()
        order = np.argsort(ids)
        blobs = files["blob"]
        mine = blobs.matrix(20)[:, :8].copy().view(np.uint64).ravel()  # type: ignore[union-attr]
        self.document = order[np.searchsorted(ids[order], mine)].astype(np.int32)

    def reader(self, rows: Ints) -> Any:
        """Give the reader of documents that stand for rows."""

        def read(wanted: Ints) -> Iterator[tuple[Ints, NDArray[np.uint8], Ints]]:
            documents = self.document[rows[wanted]].astype(np.int64)
            order = np.argsort(documents, kind="stable")
            at = 0
            for some, arena, offsets in self.corpus.read(documents[order]):
                yield wanted[order[at : at + len(some)]], arena, offsets
                at += len(some)

        return read


def partition(made: Mapping[str, Any]) -> Partition:
    """Give the partition that a plan would give."""
    settings = ExportSettings.model_validate(SETTINGS)
    parts = {part: getattr(settings, part).model_dump() for part in stage._PARTS}  # noqa: SLF001 -- as the plan does
    parts |= {"select": "", "dedup": settings.dedup.model_dump(exclude=("against", "index", "tables"))}
    gates = {name: {} for name in stage.GATES}
    spec = {**made, "opt_out": [], "histories": {}, "gates": gates, "trees": [], "earlier": {}, "settings": parts}
    return Partition(stage.NAME, stage.VERSION, spec, title="decide", hint={"git_dirs": {}, "pairs": []})


def decide(folder: str) -> None:
    """Decide, write the table, and say what it took."""
    root = Path(folder)
    Texts.corpus = Corpus(root / "texts", np.fromfile(root / "offsets", np.int64))
    stage.Contents = Texts  # type: ignore[assignment,misc]
    scratch, store = root / "scratch", Tables(root / "tables")
    scratch.mkdir()
    asked = partition(json.loads((root / "made.json").read_text()))
    io = Quiet(Settings(), root, store, scratch)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, time.perf_counter()
    outcome = stage.Decide().run(asked, io)  # type: ignore[arg-type]
    decided = time.process_time()
    written = [store.write(name, columns) for name, columns in outcome.tables.items()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    cpu = time.process_time()
    print(
        f"  {time.perf_counter() - began:.0f} s, {cpu:.0f} CPU-s ({cpu - decided:.0f} for"
        f" writing), peak {peak:.2f} GB ({before:.2f} before); {outcome.counts['kept']:,.0f} kept,"
        f" {sum(file.bytes for file in written) / 1e6:.0f} MB of tables"
    )
    reasons = {name: told["files"] for name, told in outcome.result["removed"].items()}
    print(f"  {reasons}", flush=True)


def run(count: int, folder: Path | None, copied: float) -> None:
    """Make the tables in one process, decide in another."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as made:
        print(f"{count:,} files, {copied:.0%} copies, {-(-count // FILES):,} repositories:", flush=True)
        for work, arguments in ((lay, (count, made, copied)), (decide, (made,))):
            process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
            process.start()
            process.join()
            if process.exitcode:
                print(f"  {work.__name__} failed")
                return
        os.sync()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=int)
    parser.add_argument("--folder", type=Path, help="where there is room: two and a half kilobytes for each file")
    parser.add_argument("--copied", type=float, default=COPIED, metavar="SHARE")
    given = parser.parse_args()
    for count in given.files:
        run(count, given.folder, given.copied)


if __name__ == "__main__":
    main()
