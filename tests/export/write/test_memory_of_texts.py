"""What a build of whole texts holds in memory does not grow with the size of its shards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import git

#: Text in all, and the two sizes of shards, in MB: more than the pieces of 32 MB that texts are compressed in.
MB, SMALL, LARGE = 72, 34, 200
_PEAK = """
import sys
from pathlib import Path
from codestrata import Workspace
from codestrata.settings import load

kind, megabytes, source, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
flags = {"engine.inline": True, "export.licences.unknown": "keep", "export.quality.enabled": False}
flags |= {"export.write.format": kind, "export.write.shard_mb": megabytes, "export.dedup.level": "exact"}
with Workspace(folder / "w", load(None, {}, flags)) as held:
    held.run(source, folder / "out")
assert (len(list((folder / "out" / "data").iterdir())) == 1) == (megabytes > 100)
print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1000)
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have a repository of files of a megabyte, no two alike."""
    path = tmp_path_factory.mktemp("large") / "texts.git"
    git(path.parent, "init", "-q", "--bare", "-b", "main", str(path))
    random, stream = (
        np.random.default_rng(1),
        [b"commit refs/heads/main\ncommitter b <b@x.org> 1700000000 +0000\ndata 0\n"],
    )
    for k in range(MB):
        letters = random.integers(97, 101, (20_000, 50), np.uint8)
        letters[:, -1] = 10
        stream.append(b"M 100644 inline %d.c\ndata %d\n%s\n" % (k, letters.size, letters.tobytes()))
    git(path, "-c", "core.compression=0", "fast-import", "--quiet", stdin=b"".join(stream))
    return path


def test_all_in_one_shard_takes_no_more(source: Path, tmp_path: Path) -> None:
    """With all text in one shard instead of several the peak does not grow by twice what a shard grows by."""
    peaks = []
    for megabytes in (SMALL, LARGE):
        command = [sys.executable, "-c", _PEAK, "jsonl", str(megabytes), str(source), str(tmp_path / str(megabytes))]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        peaks.append(float(run.stdout.splitlines()[-1]))
    assert peaks[1] - peaks[0] < 2 * (MB - SMALL)
