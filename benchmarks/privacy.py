"""Secrets: our detectors beside detect-secrets, on the same files: CPU time, and what each finds of a planted corpus.

``python benchmarks/secrets.py [--sample MB] REPOSITORY…`` takes text files of each HEAD, the same ones every time, and
the planted corpus of ``tests/privacy``. detect-secrets runs with all its plug-ins and its own filters, file by file in
one process, as its library does (``scan_file``); ours reads the same files in batches. Each runs in a process of its
own and start-up counts. A planted secret is found when a finding is on its line (theirs tell lines only); ours must
cover all of its bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from floor import cost
from peers import environment, take

HERE = Path(__file__).parent
#: Kinds that detect-secrets does not look for at all: they do not count for it.
NOT_THEIRS = {"email", "ipv4", "ipv6", "name"}
OURS = """
import json, sys
from pathlib import Path
import numpy as np
from codestrata.privacy.scan import scan

paths = sorted(p for p in Path(sys.argv[1]).rglob("*") if p.is_file())
found = {}
for first in range(0, len(paths), 512):
    part = paths[first : first + 512]
    texts = [path.read_bytes() for path in part]
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    arena = np.frombuffer(b"".join(texts), np.uint8)
    for k, spans in scan(arena, ends - [len(text) for text in texts], ends).spans:
        found[part[k].name] = [[s.start, s.end] for s in spans if s.confidence >= 0.5]
print(json.dumps(found))
"""
THEIRS = """
import json, sys
from pathlib import Path
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

found = {}
with default_settings():
    for path in sorted(p for p in Path(sys.argv[1]).rglob("*") if p.is_file()):
        lines = sorted({secret.line_number for secret in scan_file(str(path))})
        if lines:
            found[path.name] = lines
print(json.dumps(found))
"""


def lay_out(repositories: list[Path], limit: float, folder: Path) -> float:
    """Write the sample as files; gives its MB."""
    size = 0
    folder.mkdir()
    for number, (path, text) in enumerate(take(repositories, limit)):
        (folder / f"{number:06d}-{Path(path).name}").write_bytes(text)
        size += len(text)
    return size / 1e6


def recall(found: dict, planted: list) -> None:
    """Say what each found of what was planted."""
    counts = {name: Counter() for name in ("planted", "ours", "theirs")}
    for path, one in planted:
        text = path.read_text("utf-8")
        at = text.index(one.secret)
        start, end = (len(text[:k].encode()) for k in (at, at + len(one.secret)))
        kind = "personal" if one.kind in NOT_THEIRS else "secrets"
        counts["planted"][kind] += 1
        counts["ours"][kind] += any(a <= start and end <= b for a, b in found["ours"].get(path.name, ()))
        first = text[: text.index(one.line)].count("\n") + 1
        lines = range(first, first + one.line.count("\n") + 1)
        counts["theirs"][kind] += any(line in lines for line in found.get("theirs", {}).get(path.name, ()))
    for kind, count in counts["planted"].items():
        told = ", ".join(f"{name} {counts[name][kind] / count:.1%}" for name in found)
        print(f"  planted {kind}: {count}, found by {told}")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--sample", type=float, default=20.0, help="MB of files")
    given = parser.parse_args()
    sys.path.insert(0, str(HERE.parent))
    from tests.privacy.planting import write

    peer = environment("secrets")
    if isinstance(peer, str):
        print(f"  detect-secrets skipped: {peer}")
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        size = lay_out(given.repositories, given.sample, folder / "sample")
        commands = {"ours": [sys.executable, "-c", OURS]}
        commands |= {} if isinstance(peer, str) else {"theirs": [str(peer), "-c", THEIRS]}
        spent = {}
        for name, command in commands.items():
            spent[name] = cost([*command, str(folder / "sample")])
            count = sum(map(len, json.loads(spent[name].said).values()))
            print(
                f"  {name:<7}{size / spent[name].cpu:>9.2f} MB/CPU-s, {spent[name].cpu:.2f} CPU-s,"
                f" {spent[name].peak:.0f} MB at most, {count:,} findings in {size:.1f} MB",
                flush=True,
            )
        if "theirs" in spent:
            faster = spent["theirs"].cpu / spent["ours"].cpu
            print(f"  {faster:.0f} times the speed of detect-secrets, start-up counted")
        planted = write(folder / "planted")
        found = {name: json.loads(cost([*command, str(folder / "planted")]).said) for name, command in commands.items()}
        recall(found, planted)


if __name__ == "__main__":
    main()
