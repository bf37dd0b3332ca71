"""The same with the real pipeline: SIGKILL in the middle of the main job changes no byte of the dataset."""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine.killing import committed, doubled, kill_everything, let_live

from codestrata import Workspace
from codestrata.model import IngestionStatus
from codestrata.settings import load

KILLS = 8
REPOSITORIES = 6
_MAIN = """
import sys
from codestrata import Workspace
from codestrata.settings import load
with Workspace(sys.argv[1], load(flags={"engine.workers": 2})) as workspace:
    workspace.run(sys.argv[2], sys.argv[3])
"""


def digests(folder: Path) -> dict[str, str]:
    """Give path → SHA-256 of everything in a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def source(seed: int) -> str:
    """Write a Python module of its own for every seed."""
    dice = random.Random(seed)
    words = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(30)]
    lines = [
        f"def {dice.choice(words)}_{i}({dice.choice(words)}):\n    return {dice.choice(words)} + {i}" for i in range(30)
    ]
    return "# SPDX-License-Identifier: MIT\n" + "\n\n\n".join(lines) + "\n"


@pytest.mark.claim("C5")
def test_main_job_survives_kills(make_repo: Callable[..., object], tmp_path: Path) -> None:
    """However often everything is killed, the dataset is the undisturbed one; no repository is lost or done twice."""
    for i in range(REPOSITORIES):
        make_repo(f"r{i}", {f"src/m{j}.py": source(10 * i + j) for j in range(5)})
    rows = "".join(f"r{i}.git\n" for i in range(REPOSITORIES))
    listed = tmp_path / "repos.csv"
    listed.write_text(f"url\n{rows}")
    with Workspace(tmp_path / "calm", load(flags={"engine.inline": True})) as calm:
        assert calm.run(listed, tmp_path / "calm-out").exit_code == 0
    root, out = tmp_path / "killed", tmp_path / "killed-out"
    command = [sys.executable, "-c", _MAIN, str(root), str(listed), str(out)]
    dice = random.Random(7)
    interrupted = []
    while True:
        process = subprocess.Popen(command)
        if len(interrupted) < KILLS and let_live(process.pid, root, dice, most=4):
            kill_everything(process.pid, dice)
        code = process.wait()
        if code == -signal.SIGKILL:
            interrupted.append(committed(root))
            continue
        assert code == 0
        break
    assert digests(out) == digests(tmp_path / "calm-out")
    assert committed(root) == committed(tmp_path / "calm")
    assert doubled(root) == 0
    assert any(interrupted)
    with Workspace(root) as workspace:
        assert {s.status for s in workspace.status()} == {IngestionStatus.COMPLETE}
