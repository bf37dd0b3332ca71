"""Deduplication beside the peers: the same files, each tool's own way from JSON Lines (or a zip) to fewer rows.

``python benchmarks/dedup_peers.py [--sample MB] REPOSITORY…`` takes text files as ``peers.py`` does, one in ten of them
twice, and gives them to each tool in an environment of its own. The CPU seconds of a whole process are shown, and those
of its deduplication: of chains that say what their steps take these steps, of others the process less the same over
half a megabyte.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from floor import Cost, cost
from peers import HERE, environment, lay_out

#: Tool → the steps of its chain that find duplicates: exact, near.
STEPS = {
    "codestrata": (("exact",), ("sign", "normal", "near")),
    "datatrove": (
        ("exact: hash", "exact: find", "exact: drop"),
        ("near: sign", "near: bands", "near: cluster", "near: drop"),
    ),
    "prep": (("ededup",), ("fdedup",)),
}
#: Document frequencies of a bloom filter's expectations.
_FALSE = 1e-6


def again(folder: Path) -> None:
    """Add one file in ten once more to what tools read, and lay the corpus out for those that read it otherwise."""
    file = folder / "jsonl" / "sample.jsonl"
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    rows += [{**row, "id": f"{row['id']}-again", "path": f"again/{row['path']}"} for row in rows[::10]]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "documents").mkdir()
    with gzip.open(folder / "documents" / "sample.json.gz", "wt", compresslevel=1, encoding="utf-8") as packed:
        packed.writelines(json.dumps({**row, "source": "bench"}) + "\n" for row in rows)
    import zipfile

    with zipfile.ZipFile(folder / "zip" / "sample.zip", "a", zipfile.ZIP_DEFLATED) as archive:
        for row in rows:
            if row["path"].startswith("again/"):
                archive.writestr(row["path"], row["text"].encode())
    texts = sum(len(row["text"].encode()) for row in rows)
    (folder / "size.json").write_text(json.dumps([len(rows), texts]))


def commands(folder: Path) -> dict[str, list[str] | str]:
    """Give each tool's command line, or the reason why it is left out."""
    jsonl, size = str(folder / "jsonl"), json.loads((folder / "size.json").read_text())[0]
    found: dict[str, list[str] | str] = {
        "codestrata": [sys.executable, str(HERE / "peers" / "our_duplicates.py"), jsonl, str(folder / "our-work")]
    }
    asked = {
        "datatrove": [str(HERE / "peers" / "datatrove_chain.py"), jsonl, str(folder / "trove"), "duplicates"],
        "prep": [
            *(str(HERE / "peers" / "prep_chain.py"), str(folder / "zip"), str(folder / "prep")),
            *(str(folder / "languages.json"), "duplicates"),
        ],
        "text-dedup exact_hash": ["-m", "text_dedup.exact_hash", *_text_dedup(folder, "exact")],
        "text-dedup minhash": [
            *("-m", "text_dedup.minhash", *_text_dedup(folder, "minhash"), "--ngram", "5", "--threshold", "0.7"),
            *("--num_perm", "128"),
        ],
        "dolma (bloom, documents)": ["-m", "dolma.cli.__main__", *_dolma(folder, size, "documents")],
        "dolma (bloom, lines)": ["-m", "dolma.cli.__main__", *_dolma(folder, size, "paragraphs")],
    }
    for name, arguments in asked.items():
        python = environment(name.split(" ", 1)[0])
        found[name] = python if isinstance(python, str) else [str(python), *arguments]
    return found


def _text_dedup(folder: Path, name: str) -> list[str]:
    return [
        *(
            "--path",
            "json",
            "--data_files",
            str(folder / "jsonl" / "sample.jsonl"),
            "--split",
            "train",
            "--column",
            "text",
        ),
        *("--output", str(folder / f"td-{name}"), "--cache_dir", str(folder / f"td-cache-{name}"), "--num_proc", "1"),
    ]


def _dolma(folder: Path, count: int, what: str) -> list[str]:
    key = ["--dedupe.documents.key", "$.text"] if what == "documents" else []
    return [
        *("dedupe", "--documents", str(folder / "documents" / "*.gz"), "--dedupe.name", what, *key),
        *(f"--dedupe.{what}.attribute_name", what, "--bloom_filter.file", str(folder / f"{what}.bloom")),
        *("--bloom_filter.estimated_doc_count", str(count * (1 if what == "documents" else 300))),
        *("--bloom_filter.desired_false_positive_rate", str(_FALSE), "--no-bloom_filter.read_only", "--processes", "1"),
    ]


def _made(repositories: Sequence[Path], limit: float, folder: Path) -> None:
    lay_out(repositories, limit, folder)
    again(folder)


def compare(repositories: Sequence[Path], limit: float) -> None:
    """Print what each tool costs over the same files."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        whole, least = Path(scratch) / "whole", Path(scratch) / "least"
        for folder, most in ((whole, limit), (least, 0.5)):
            folder.mkdir()
            made = multiprocessing.Process(target=_made, args=(repositories, most, folder))
            made.start()
            made.join()
        files, size = json.loads((whole / "size.json").read_text())
        print(f"\nduplicates: {files:,} files, {size / 1e6:.1f} MB, of {len(repositories)} repositories")
        starts = commands(least)
        for name, command in commands(whole).items():
            if isinstance(command, str):
                print(f"  {name:<26} left out: {command}")
                continue
            start = 0.0 if name in STEPS else _start([str(part) for part in starts[name]])
            show(name, cost(command), start, size / 1e6)


def _start(command: list[str]) -> float:
    """Give the CPU seconds of a tool that finds everything in its place: the second run's, not the first's."""
    return min(cost(command).cpu for _ in range(2))


def show(name: str, spent: Cost, start: float, mb: float) -> None:
    """Print one row."""
    if spent.code:
        print(f"  {name:<26} failed: {spent.said.strip().splitlines()[-1:]}")
        return
    last = (spent.said.strip().splitlines() or [""])[-1]
    told = json.loads(last) if last.startswith("{") else {}
    print(f"  {name:<26}{spent.cpu:>9.2f} CPU-s{spent.cpu - start:>9.2f} less start{spent.peak:>8.0f} MB", end="")
    if name in STEPS and "steps" in told:
        for what, steps in zip(("exact", "near"), STEPS[name], strict=True):
            seconds = max(sum(told["steps"][step] for step in steps), 1e-3)
            print(f"  {what} {seconds:.2f} CPU-s, {mb / seconds:.1f} MB/CPU-s", end="")
        print(f"  {told['deduplicated']:,} rows", end="")
    else:
        print(f"  {mb / max(spent.cpu - start, 1e-3):.1f} MB/CPU-s", end="")
    print(flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--sample", type=float, default=40.0, metavar="MB")
    given = parser.parse_args()
    compare(given.repositories, given.sample)


if __name__ == "__main__":
    main()
