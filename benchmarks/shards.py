"""Memory of an export against the size of its shards: none is ever held as a whole.

``python benchmarks/shards.py [--mb 1100] [--format parquet] [--folder DIR]`` makes a repository of so many MB in
files of a megabyte, no two alike, and builds it with shards of 64 MB, 256 MB and 1 GB, one process, one core. Prints
the CPU seconds and the peak resident memory of the largest process; the first build makes the texts, the others cut
shards anew.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from build import ALL_LICENCES, STRATA
from floor import cost

WORD, LINE, FILE = 6, 9, 1_000_000


def text(number: int) -> bytes:
    """Give a megabyte of words in lines, another one for each number."""
    random = np.random.default_rng(number)
    letters = random.integers(ord("a"), ord("z") + 1, (FILE // WORD, WORD), np.uint8)
    letters[:, -1] = ord(" ")
    letters[LINE::LINE, -1] = ord("\n")
    return letters.tobytes()


def make(repository: Path, count: int) -> None:
    """Make a bare repository of one commit."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repository)], check=True)
    command = ["git", "-c", "core.compression=0", f"--git-dir={repository}", "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(b"commit refs/heads/main\ncommitter b <b@example.org> 1700000000 +0000\ndata 1\nx\n")
        for k in range(count):
            made = text(k)
            process.stdin.write(b"M 100644 inline text%d.c\ndata %d\n%s\n" % (k, len(made), made))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mb", type=int, default=1100)
    parser.add_argument("--format", default="parquet")
    parser.add_argument("--shards", type=int, nargs="+", default=[64, 256, 1024], metavar="MB")
    parser.add_argument("--folder", type=Path, help="where there is room for four times the text")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=given.folder) as scratch:
        folder = Path(scratch)
        make(folder / "repo.git", given.mb)
        flags = [*ALL_LICENCES, "--set=ingest.history=none", f"--set=export.write.format={given.format}"]
        for number in given.shards:
            command = [*STRATA, "-w", str(folder / "w"), *flags, f"--set=export.write.shard_mb={number}"]
            spent = cost(
                [*command, "run", str(folder / "repo.git"), "--out", str(folder / f"out{number}"), "--workers=1"]
            )
            made = len(list((folder / f"out{number}").glob("data/*")))
            print(f"shards of {number} MB: {made} files, {spent.cpu:.1f} CPU-s, peak {spent.peak:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
