"""Attacks on what the Kubernetes runner itself does; what a kubelet does, the small cluster cannot show."""

from __future__ import annotations

from pathlib import Path

from codestrata.sandbox.attacks import ATTACKS, Verdict, run_attacks
from codestrata.sandbox.kubernetes import KubernetesRunner

#: Those that are about files, processes, output and time: the runner's own doing.
OURS = {
    "home",
    "descriptors",
    "artifact-links",
    "deep",
    "locked",
    "archive",
    "layer-link",
    "daemon",
    "large-environment",
}


def test_nothing_gets_through(runner: KubernetesRunner, tmp_path: Path) -> None:
    """Rooms hold by what we do, before any cluster does its part."""
    chosen = [one for one in ATTACKS if one.id in OURS]
    outcomes = list(run_attacks(runner, tmp_path / "attacks", chosen, image="python"))
    assert [one for one in outcomes if one.verdict is not Verdict.CONTAINED] == []
    assert len(outcomes) == len(OURS) + 1
