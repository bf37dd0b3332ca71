"""What runners hold: no attack gets through, and none is left out without a reason that is known here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sandbox.contract.runners import make

from codestrata.sandbox.attacks import ATTACKS, Verdict, run_attacks

#: Attacks whose whole point is how an engine cuts off a container; the rest are the same code for all runners.
ENGINE = {
    *(
        "home",
        "environment",
        "environments",
        "process",
        "roots",
        "descriptors",
        "kernel-memory",
        "kernel-log",
        "devices",
    ),
    *("repository-link", "outside", "canary", "tree", "read-only", "remount", "link-out", "artifact-links"),
    *("archive", "settings", "groups", "unkillable", "programs", "set-user", "capabilities", "namespaces", "core-dump"),
    *("user-namespace", "mount", "pivot", "nodes", "keys", "programs-in-kernel", "ring", "page-faults", "handles"),
    *("terminal", "tcp", "udp", "route", "names", "raw", "abstract", "sockets", "change", "daemon", "kill-host"),
    *("kill-all", "trace", "fork-bomb", "memory-bomb", "disk-file", "log-flood", "deaf", "by-number", "other-host"),
}
#: What gets through for a reason that is not the runner's.
KNOWN = {"docker": {"ring"}}  # engines before 25 let io_uring through; source: moby/profiles, October 2023
CHOSEN = {"local": {one.id for one in ATTACKS}, "docker": ENGINE}


@pytest.mark.parametrize("name", CHOSEN)
def test_nothing_gets_through(name: str, tmp_path: Path, engine: Callable[[], str]) -> None:
    """Every attack is made and held off, and no room leaves anything on the host."""
    runner = make(name, tmp_path / "rooms", engine)
    chosen = [one for one in ATTACKS if one.id in CHOSEN[name]]
    outcomes = list(run_attacks(runner, tmp_path / "attacks", chosen))
    faults = [f"{one.attack}: {one.verdict}: {one.detail}" for one in outcomes if one.verdict is not Verdict.CONTAINED]
    faults = [one for one in faults if one.partition(":")[0] not in KNOWN.get(name, ())]
    assert faults == []
    assert len(outcomes) == len(chosen) + 1
