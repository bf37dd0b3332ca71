"""A process that is killed while it runs plans leaves nothing that could be taken for whole."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from codestrata.ci.execute.cache import Cache


@pytest.mark.parametrize("after", [0.05, 0.13, 0.31])
def test_caches_and_artifacts_are_whole_after_a_kill(tmp_path: Path, after: float) -> None:
    """Every entry is what it says, every artifact has its hash; half-made things lie in scratch alone."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "big").write_bytes(b"0123456789abcdef" * 200_000)
    script = Path(__file__).with_name("killed_run.py")
    with subprocess.Popen([sys.executable, str(script), str(tmp_path)], stdout=subprocess.PIPE) as running:
        assert running.stdout.readline() == b"ready\n"
        assert running.stdout.readline() == b"0\n"
        time.sleep(after)
        running.kill()
    artifacts = list((tmp_path / "artifacts").iterdir())
    assert artifacts
    for path in artifacts:
        assert path.name == f"{hashlib.sha256(path.read_bytes()).hexdigest()}.tar"
    entries = list((tmp_path / "cache").glob("*/*"))
    assert entries
    cache = Cache(tmp_path / "cache", "r", tmp_path / "other")
    for place in entries:
        key = json.loads((place / "entry.json").read_bytes())["key"]
        with cache.archive(key) as archive, tarfile.open(archive) as tar:
            assert len(tar.getnames()) >= 2
