"""SIGKILL for everything, at random points, again and again: nothing lost, nothing doubled, the same bytes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.engine.conftest import contents
from tests.engine.killing import committed, doubled, kill_everything, let_live
from tests.engine.processes import descendants

from codestrata.store.layout import Layout

KILLS = 50


@dataclass
class Starter:
    """Starts stratas in milliseconds; see ``driven.serve``."""

    server: subprocess.Popen[str]

    def start(self, root: Path, workers: int, *, real: bool) -> int:
        """Start one over the long chain; only a ``real`` one has to import everything into its nursery again."""
        return self._ask({"root": str(root), "table": "LONG_CHAIN", "workers": workers, "real": real})

    def wait(self, pid: int) -> int:
        """Wait for the end of one; gives its exit code."""
        return self._ask({"wait": pid})

    def _ask(self, order: dict[str, object]) -> int:
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(json.dumps(order) + "\n")
        self.server.stdin.flush()
        return int(self.server.stdout.readline())


@pytest.fixture
def starter() -> Iterator[Starter]:
    """Give a starter of stratas."""
    command = [sys.executable, str(Path(__file__).with_name("driven.py")), "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield Starter(server)
        for pid in reversed(descendants(server.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.claim("C5")
def test_fifty_kills(starter: Starter, tmp_path: Path) -> None:
    """50 times the whole tree of processes dies at a random point; every workspace ends as an undisturbed one does."""
    dice = random.Random(20240501)
    assert starter.wait(starter.start(tmp_path / "calm", 2, real=True)) == 0
    expected = contents(Layout(tmp_path / "calm"))
    trial = finished = 0
    interrupted: list[int] = []
    while len(interrupted) < KILLS or not finished:
        root = tmp_path / f"trial{trial}"
        pid = starter.start(root, dice.choice((1, 2, 3)), real=len(interrupted) % 16 == 0)
        killed = len(interrupted) < KILLS and let_live(pid, root, dice)
        if killed:
            kill_everything(pid, dice)
        code = starter.wait(pid)
        if killed and code:  # by the signal, or by itself because those below it were dead already
            interrupted.append(committed(root))
            continue
        assert code == 0
        assert contents(Layout(root)) == expected
        assert doubled(root) == 0
        finished += 1
        trial += 1
    hit = sum(0 < n < 61 for n in interrupted)
    assert hit >= KILLS // 2, f"the kills did not hit the work: {interrupted}"
