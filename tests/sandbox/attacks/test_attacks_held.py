"""What runners hold: no attack gets through, and none is left out without a reason that is known here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sandbox.contract.runners import make

from codestrata.sandbox.attacks import ATTACKS, Verdict, run_attacks

#: Attacks that show how an engine cuts off a container; a container for each takes a second, so not all are made.
ENGINE = {
    *("home", "environments", "process", "descriptors", "kernel-log", "devices", "repository-link"),
    *("outside", "read-only", "artifact-links", "settings", "groups", "set-user", "capabilities", "namespaces"),
    *("core-dump", "user-namespace", "mount", "keys", "ring", "page-faults", "tcp", "abstract", "sockets"),
    *("kill-host", "daemon", "fork-bomb", "memory-bomb", "disk-file", "by-number"),
}
CHOSEN = {"local": {one.id for one in ATTACKS}, "docker": ENGINE}


@pytest.mark.parametrize("name", CHOSEN)
def test_nothing_gets_through(name: str, tmp_path: Path, engine: Callable[[], str]) -> None:
    """Every attack is made and held off, and no room leaves anything on the host."""
    runner = make(name, tmp_path / "rooms", engine)
    chosen = [one for one in ATTACKS if one.id in CHOSEN[name]]
    outcomes = list(run_attacks(runner, tmp_path / "attacks", chosen))
    faults = [f"{one.attack}: {one.verdict}: {one.detail}" for one in outcomes if one.verdict is not Verdict.CONTAINED]
    assert faults == []
    assert len(outcomes) == len(chosen) + 1
