"""B2: foreign code is contained by the local runner."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codestrata.model.result import ResultClass
from codestrata.sandbox.attacks import ATTACKS, Verdict, run_attacks
from codestrata.sandbox.table import open_runner
from codestrata.settings.sandbox import SandboxSettings

#: What the promise names → the attacks that try it.
PROMISED = {
    "a fork bomb": ("fork-bomb", "shell-bomb"),
    "a 4 GB allocation": ("memory-bomb",),
    "a network call": ("tcp", "udp", "route", "names", "past"),
    "a write outside the work tree": ("outside", "canary", "tree"),
    "a read of the token": ("environment", "environments", "home"),
}


@pytest.mark.claim("B2")
def test_foreign_code_is_contained(tmp_path: Path) -> None:
    """A fork bomb, a 4 GB allocation, a network call, a write outside the work tree, a read of the token: all held."""
    runner = open_runner("local", SandboxSettings(), tmp_path / "rooms")
    caps = runner.probe()
    if not caps.usable:
        if "sandbox" in os.environ.get("STRATA_EXPECT", "").split(","):
            pytest.fail(f"sandbox is expected here: {caps.reason}")
        pytest.skip(f"sandbox: {caps.reason}")
    wanted = {name for names in PROMISED.values() for name in names}
    chosen = [one for one in ATTACKS if one.id in wanted]
    outcomes = {one.attack: one for one in run_attacks(runner, tmp_path / "attacks", chosen)}
    assert set(outcomes) == wanted | {"remains"}
    assert [one for one in outcomes.values() if one.verdict is not Verdict.CONTAINED] == []
    assert outcomes["memory-bomb"].result == ResultClass.OOM
