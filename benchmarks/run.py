"""Every benchmark in one go: ``make bench`` or ``python benchmarks/run.py [--quick] [REPOSITORY…]``.

Start-up, the sandbox beside container engines and a CI peer, reading, annotating, the whole build, near deduplication
beside rensa, the chains of peers. Without repositories it makes its own: the Linux tree from Debian's source package,
and packages that pip, npm and cargo fetch through our own ingest; what cannot be had is skipped with the reason. Made
things stay in a cache folder.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from build import ALL_LICENCES, GIT, STRATA
from floor import cost

HERE = Path(__file__).parent
CACHE = Path.home() / ".cache" / "codestrata-bench"
LINUX = "linux-source-6.1"
#: Client → packages it fetches, as purls.
PACKAGES = {
    "pip": ["pkg:pypi/requests", "pkg:pypi/flask", "pkg:pypi/numpy", "pkg:pypi/sympy"],
    "npm": ["pkg:npm/lodash", "pkg:npm/typescript", "pkg:npm/react"],
    "cargo": ["pkg:cargo/serde", "pkg:cargo/regex", "pkg:cargo/syn"],
}
#: Scripts that take repositories, in the order they run; those marked peers make environments for other tools.
PARTS = ("read.py", "annotate.py", "syntax.py", "build.py", "dedup.py", "dedup_peers.py", "peers.py", "privacy.py")
SLOW = ("dedup.py", "dedup_peers.py", "peers.py", "privacy.py")
#: Scripts that need no repository.
ALONE = ("sandbox.py",)


def start_up() -> None:
    """Say what a command costs before it does anything."""
    print("start-up, CPU-s and MB:")
    for what, code in {
        "python": "",
        "import codestrata": "import codestrata",
        "import of all stages": "import codestrata.pipeline",
    }.items():
        one = min((cost([sys.executable, "-c", code]) for _ in range(3)), key=lambda c: c.cpu)
        print(f"  {what:<24}{one.cpu:>6.2f} {one.peak:>6.0f}")
    one = min((cost([*STRATA, "--help"]) for _ in range(3)), key=lambda c: c.cpu)
    print(f"  {'strata --help':<24}{one.cpu:>6.2f} {one.peak:>6.0f}", flush=True)


def linux() -> Path | str:
    """Make a bare repository of Debian's Linux source package, or say why it cannot be had."""
    place = CACHE / "linux.git"
    if place.exists():
        return place
    if shutil.which("apt-get") is None:
        return "apt-get is not here"
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        folder = Path(scratch)
        got = subprocess.run(
            ["apt-get", "download", "-q", LINUX], cwd=folder, check=False, capture_output=True, text=True
        )
        if got.returncode:
            return (got.stderr.strip().splitlines() or ["apt-get download failed"])[-1]
        subprocess.run(["dpkg-deb", "-x", str(next(folder.glob("*.deb"))), str(folder / "deb")], check=True)
        with tarfile.open(next((folder / "deb").rglob("linux-source*.tar.xz"))) as archive:
            archive.extractall(folder / "tree", filter="data")
        tree, repo = next((folder / "tree").iterdir()), folder / "made.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repo)], check=True)
        git = [*GIT, "-c", "gc.auto=0", f"--git-dir={repo}", f"--work-tree={tree}"]
        subprocess.run([*git, "add", "-A", "-f"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", LINUX, "--date=2024-01-01T00:00:00Z"], check=True)
        subprocess.run([*git, "repack", "-a", "-d", "-f", "-q"], check=True)
        repo.rename(place)
    return place


def packages() -> None:
    """Fetch packages by purl with their own clients and make a dataset of them, twice."""
    wanted = []
    for client, purls in PACKAGES.items():
        if shutil.which(client):
            wanted += purls
        else:
            print(f"  {', '.join(purls)} skipped: {client} is not here")
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        listed = folder / "packages.csv"
        listed.write_text("purl\n" + "".join(f"{purl}\n" for purl in wanted))
        command = ["--workspace", str(folder / "w"), *ALL_LICENCES, "run", str(listed), "--out", str(folder / "out")]
        for name in ("first run", "again"):
            spent = cost([*STRATA, *command, "--workers", "1"])
            size = sum(p.stat().st_size for p in (folder / "out" / "data").iterdir()) / 1e6
            said = "" if spent.code == 0 else ", some could not be fetched"
            print(
                f"  {len(wanted)} packages, {name}: {spent.cpu:.2f} CPU-s, {spent.wall:.1f} s, {spent.peak:.0f} MB at"
                f" most, {size:.1f} MB of Parquet{said}",
                flush=True,
            )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repositories", nargs="*", type=Path)
    parser.add_argument("--quick", action="store_true", help="without the peers and near deduplication's truth")
    given = parser.parse_args()
    start_up()
    for part in ALONE:
        print(f"\n== {part}", flush=True)
        carry_out(part, [])
    repositories = given.repositories or own()
    for part in PARTS:
        if given.quick and part in SLOW:
            continue
        print(f"\n== {part}", flush=True)
        carry_out(part, repositories)


def own() -> Sequence[Path]:
    """Give the repositories the benchmark makes for itself; packages are measured at once."""
    print("\n== packages", flush=True)
    packages()
    made = linux()
    if isinstance(made, str):
        print(f"  {LINUX} skipped: {made}")
        return []
    return [made]


def carry_out(part: str, repositories: Sequence[Path]) -> None:
    """Run one script over the repositories; a failure is said and the rest goes on."""
    if not repositories and part not in ALONE:
        print("  skipped: no repository")
    elif not (HERE / part).exists():
        print("  skipped: not here")
    elif subprocess.run([sys.executable, str(HERE / part), *map(str, repositories)], check=False).returncode:
        print(f"  {part} failed")


if __name__ == "__main__":
    main()
