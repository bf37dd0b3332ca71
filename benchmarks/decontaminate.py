"""Decontamination: speed and what is found, beside a substring scan as bigcode's and datatrove's n-gram filter.

``python benchmarks/decontaminate.py --set HumanEval.jsonl.gz [--sample MB] REPOSITORY…`` takes UTF-8 files of each
HEAD, the same ones every time, and plants every problem of the set three times: as it is, with other white space, and
inside JSON. The set has to have fields prompt and canonical_solution. All get the same files in the same run:

- codestrata: the list of the set, native kernels, from bytes to rows of table overlaps;
- substrings: each docstring and solution, in lower case and without white space, looked for with ``in`` (the method of
  bigcode-dataset's decontamination, which keeps white space; the floor of what Python does);
- datatrove: NGramsDecontFilter, in an environment of its own, made by package name when missing.

Speeds are MB (10^6 bytes) per CPU-second. ``clean`` counts files of the repositories that a tool would remove.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import peers
from codestrata.export.overlap.match import Lists
from codestrata.store.columns import Varlen
from codestrata.workspace.evalsets import Asked, make
from dedup import collect

HERE = Path(__file__).parent
#: A Python scan of everything takes minutes: the peers get so many MB of the files, and all that is planted.
PEERS_MB = 8.0
_DOCSTRING = re.compile(r'"""(.*?)"""|\'\'\'(.*?)\'\'\'', re.DOTALL)


@dataclass(frozen=True)
class Files:
    """Texts; those from ``planted`` on hold a problem each, in this many disguises, one disguise after the other."""

    texts: list[bytes]
    planted: int
    disguises: tuple[str, ...] = ("verbatim", "white space", "JSON")

    @property
    def mb(self) -> float:
        """Give the size in MB."""
        return sum(map(len, self.texts)) / 1e6

    def figures(self, removed: set[int]) -> dict[str, float]:
        """Give the share found of each disguise, and the clean files that would go."""
        each = (len(self.texts) - self.planted) // len(self.disguises)
        told: dict[str, float] = {"clean": float(sum(i < self.planted for i in removed))}
        for k, name in enumerate(self.disguises):
            first = self.planted + k * each
            told[name] = sum(first <= i < first + each for i in removed) / each
        return told


def read(path: Path) -> list[dict[str, str]]:
    """Read the set."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in raw.decode().splitlines() if line.strip()]


def take(repositories: Sequence[Path], most: float) -> list[bytes]:
    """Take UTF-8 files of every HEAD, each content once, in the order of their ids, so many bytes."""
    corpus, texts = collect(repositories), []
    for first, last in pairwise(corpus.offsets.tolist()):
        text = corpus.arena[first:last].tobytes()
        if peers.is_utf8(text):
            texts.append(text)
            most -= len(text)
        if most < 0:
            break
    return texts


def plant(texts: Sequence[bytes], rows: Sequence[dict[str, str]]) -> Files:
    """Add every problem in every disguise."""
    programs = [row["prompt"] + row["canonical_solution"] for row in rows]
    other = [re.sub(r"([(),=:])", r" \1 ", p).replace("\n", "\n\n").replace("    ", "\t") for p in programs]
    inside = [json.dumps({"text": p, "n": i}) for i, p in enumerate(programs)]
    return Files([*texts, *(p.encode() for p in (*programs, *other, *inside))], len(texts))


def codestrata(path: Path, files: Files) -> tuple[float, set[int]]:
    """Look for the list of the set; gives CPU-seconds and the files found."""
    lists = Lists.of([make(path, Asked("set"))])
    laid = Varlen.of(files.texts, text=False)
    names = Varlen.of([str(i) for i in range(len(files.texts))])
    lists.overlaps(names.take(laid.offsets[:1]), laid.data, laid.offsets[:2])  # loads what is loaded once
    began = time.process_time()
    found = lists.overlaps(names, laid.data, laid.offsets)
    return time.process_time() - began, {int(name) for name in set(found["blob"])}  # type: ignore[arg-type]


def substrings(rows: Sequence[dict[str, str]], files: Files) -> tuple[float, set[int]]:
    """Scan for docstrings and solutions as bigcode does, without white space."""
    wanted = set()
    for row in rows:
        docs = [a or b for a, b in _DOCSTRING.findall(row["prompt"])] or [row["prompt"]]
        wanted |= {"".join(text.lower().split()) for text in (docs[-1], row["canonical_solution"])}
    began = time.process_time()
    removed = set()
    for i, raw in enumerate(files.texts):
        text = "".join(raw.decode().lower().split())
        if any(one in text for one in wanted):
            removed.add(i)
    return time.process_time() - began, removed


def datatrove(python: Path, rows: Sequence[dict[str, str]], files: Files) -> tuple[float, set[int]]:
    """Ask datatrove's filter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "set.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        lines = (json.dumps({"text": text.decode()}) + "\n" for text in files.texts)
        (folder / "files.jsonl").write_text("".join(lines))
        script = HERE / "peers" / "datatrove_decontaminate.py"
        command = [python, script, folder / "set.jsonl", folder / "files.jsonl", folder / "index"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    told = json.loads(said.splitlines()[-1])
    return float(told["cpu"]), set(told["removed"])


def tell(name: str, files: Files, result: tuple[float, set[int]]) -> None:
    """Print a line of the table."""
    cpu, removed = result
    found = files.figures(removed)
    shares = " ".join(f"{name} {found[name]:6.1%}" for name in files.disguises)
    speed = files.mb / max(cpu, 1e-9)
    print(f"{name:<12} {files.mb:8.1f} MB {speed:9.2f} MB/CPU-s  {shares}  clean {found['clean']:.0f}")


def main() -> None:
    """Measure all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path, required=True, help="the set, JSON lines")
    parser.add_argument("--sample", type=float, default=400.0, metavar="MB")
    parser.add_argument("--datatrove", type=Path, metavar="PYTHON", help="an interpreter that has datatrove")
    parser.add_argument("repositories", type=Path, nargs="+")
    asked = parser.parse_args()
    rows = read(asked.set)
    texts = take(asked.repositories, asked.sample * 1e6)
    whole = plant(texts, rows)
    tell("codestrata", whole, codestrata(asked.set, whole))
    few, room = [], PEERS_MB * 1e6
    for text in texts[:: max(1, int(whole.mb / PEERS_MB))]:
        room -= len(text)
        few += [text] if room > 0 else []
    part = plant(few, rows)
    tell("codestrata", part, codestrata(asked.set, part))
    tell("substrings", part, substrings(rows, part))
    python = asked.datatrove or peers.environment("datatrove")
    if isinstance(python, str):
        print(f"datatrove: {python}")
    else:
        tell("datatrove", part, datatrove(python, rows, part))


if __name__ == "__main__":
    main()
