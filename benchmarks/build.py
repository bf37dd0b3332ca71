"""The whole build, against git's own reading time: first run, again, after a commit, a fork, two workers.

``python benchmarks/build.py REPOSITORY…`` (bare or working). Each is cloned into a scratch folder first; nothing of it
is changed. CPU is that of the whole process tree; the peak is that of the largest process.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from floor import Cost, cost, floor, head_blobs

STRATA = [sys.executable, "-m", "codestrata.cli", "--log", "none"]
#: No licence policy: what is measured is the work, so every text is written.
ALL_CLASSES = (
    "public-domain permissive weak-copyleft copyleft network-copyleft source-available non-commercial proprietary"
)
ALL_LICENCES = [
    "--set=export.licences.unknown=keep",
    f"--set=export.licences.classes={ALL_CLASSES.replace(' ', ',')}",
]
GIT = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org"]


def build(folder: Path, source: Path, *flags: str, workers: int = 1) -> Cost:
    """Run the whole way, text written to Parquet."""
    settings = [*ALL_LICENCES, *(f"--set={f}" for f in ("ingest.history=none", *flags))]
    where = ["--workspace", str(folder / "w"), *settings, "run", str(source), "--out", str(folder / "out")]
    return cost([*STRATA, *where, "--workers", str(workers)])


def touch(git_dir: Path, share: float) -> int:
    """Commit a change to a share of HEAD's files, chosen folder by folder as real commits are; returns how many."""
    out = subprocess.run(
        ["git", f"--git-dir={git_dir}", "ls-tree", "-r", "-z", "--full-tree", "HEAD"], capture_output=True, check=True
    ).stdout
    entries = [e.split(b"\t", 1) for e in out.split(b"\0") if e.startswith(b"100")]
    count = max(1, int(len(entries) * share))
    start = random.Random(1).randrange(max(1, len(entries) - count))
    chosen = entries[start : start + count]
    stream = [b"commit HEAD\ncommitter b <b@example.org> 1700000000 +0000\ndata 1\nx\nfrom HEAD^0\n"]
    for meta, path in chosen:
        old = subprocess.run(
            ["git", f"--git-dir={git_dir}", "cat-file", "blob", meta.split()[2]], capture_output=True, check=True
        ).stdout
        body = old + b"\n// changed\n"
        quoted = b'"' + b"".join(b"\\%03o" % c for c in path) + b'"'
        stream.append(b"M %s inline %s\ndata %d\n%s\n" % (meta.split()[0], quoted, len(body), body))
    branch = subprocess.run(
        ["git", f"--git-dir={git_dir}", "symbolic-ref", "HEAD"], capture_output=True, check=True
    ).stdout.strip()
    data = b"".join(stream).replace(b"commit HEAD", b"commit " + branch, 1).replace(b"HEAD^0", branch + b"^0", 1)
    subprocess.run(["git", f"--git-dir={git_dir}", "fast-import", "--quiet"], input=data, check=True)
    return count


def measure(source: Path, start: Cost) -> None:
    """Measure one repository and print its rows."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        repo = folder / "repo.git"
        clone = ["clone", "-q", "--bare", "--no-local", "--depth=1", source.absolute().as_uri(), str(repo)]
        subprocess.run([*GIT, *clone], check=True)
        base, size = floor(repo)
        files = len(head_blobs(repo)[0])
        name = source.name if source.name != "repo" else source.parent.name
        print(f"\n{name}: {files:,} blobs, {size / 1e6:.1f} MB; git cat-file {base:.2f} CPU-s")
        first = build(folder / "a", repo)
        show("first run", first, base, size, first)
        show(
            "  less the run of one file",
            Cost(max(first.cpu - start.cpu, 0.001), first.wall, first.peak, 0),
            base,
            size,
            first,
        )
        show("again, nothing new", build(folder / "a", repo), base, size, first)
        two = build(folder / "b", repo, workers=2)
        show(f"two workers ({first.wall / two.wall:.2f} x one)", two, base, size, first)
        shutil.rmtree(folder / "b")
        count = touch(repo, 0.01)
        show(f"after a commit to {count:,} files (1 %)", build(folder / "a", repo), base, size, first)
        fork = folder / "repo-fork.git"
        subprocess.run([*GIT, "clone", "-q", "--bare", str(repo), str(fork)], check=True)
        both = folder / "both.txt"
        both.write_text(f"{repo}\n{fork}\n")
        show("with a fork beside it", build(folder / "a", both), base, size, first)


def show(name: str, spent: Cost, base: float, size: int, first: Cost) -> None:
    """Print one row."""
    print(
        f"  {name:<38}{spent.cpu:>8.2f} CPU-s {spent.cpu / base:>7.2f} x git {size / 1e6 / spent.cpu:>8.1f} MB/CPU-s"
        f"{spent.wall:>8.2f} s wall {spent.peak:>6.0f} MB {spent.cpu / first.cpu:>7.1%} of the first run"
    )


def start_up() -> Cost:
    """Build a dataset of one file, twice: what a run costs whatever it does, Python modules being compiled already."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        subprocess.run(["git", "init", "-q", str(folder / "repo")], check=True)
        (folder / "repo" / "a.py").write_text("print('this is a file')\n" * 9)
        for command in (["add", "-A"], ["commit", "-q", "-m", "one"]):
            subprocess.run([*GIT, "-C", str(folder / "repo"), *command], check=True)
        build(folder / "first", folder / "repo")
        return build(folder / "second", folder / "repo")


if __name__ == "__main__":
    began = start_up()
    for argument in sys.argv[1:]:
        measure(Path(argument), began)
