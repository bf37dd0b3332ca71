"""What writing holds in memory: never a shard's worth of text more than twice."""

from __future__ import annotations

import subprocess
import sys

import pytest

SHARD = 64
#: Writes 160 MB of rows in shards of 64 MB, and says how much memory that took beyond what was held before, in MB.
_PEAK = """
import sys
from pathlib import Path
from types import SimpleNamespace
import numpy as np
from codestrata.export.shape.stage import shape_of
from codestrata.export.write import shaped, shards
from codestrata.settings import load
from codestrata.store.columns import Varlen
from codestrata.store.tables import Tables

folder, kind, megabytes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
tables, shape = Tables(folder / "tables"), shape_of("fim")
random = np.random.default_rng(1)
files = []
for n in range(megabytes // 16):
    count, size = 320, 50_000
    letters = Varlen(np.arange(count + 1) * size, random.integers(97, 101, count * size, dtype=np.uint8), text=True)
    few = Varlen.of(["x"] * count)
    table = {f.name: few for f in shape.fields}
    table |= {"text": letters, "split": Varlen.of(["train"] * count)}
    files.append(tables.write("samples_fim", table))
del letters, table
view = SimpleNamespace(
    tables=tables,
    settings=load(flags={"export.write.format": kind, "export.dedup.level": "none"}),
    planned=lambda stage, name: files if name == "samples_fim" else [],
    results=lambda stage: [],
)
def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1000
(folder / "first").mkdir()
every, files = files, files[:1]
shards.write(view, shaped.content(view, shape)[0], folder / "first", {})  # libraries have their memory from here on
files = every
Path("/proc/self/clear_refs").write_text("5")
before = peak()
content, _ = shaped.content(view, shape)
made = shards.write(view, content, folder, {})
assert len(made.sha256) >= 2, made.sha256
print(peak() - before)
"""


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_shard_is_never_held_twice(kind: str, tmp_path) -> None:
    """Rows stream: what writing takes beyond one lot is less than a shard."""
    run = subprocess.run(
        [sys.executable, "-c", _PEAK, str(tmp_path), kind, "160"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert float(run.stdout) < SHARD
