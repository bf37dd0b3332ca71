"""Runs a plan again and again until it is killed: ``python killed_run.py FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from codestrata.ci.execute import Scene, execute
from codestrata.ci.plan import ArtifactPlan, CachePlan, JobPlan, Plan, StepPlan
from codestrata.sandbox.dummy import DummyRunner
from codestrata.settings.sandbox import SandboxSettings


def main(folder: Path) -> None:
    """Fill caches and artifacts, each time with new ones; the large file makes it likely to be killed in between."""
    settings = SandboxSettings()
    runner = DummyRunner(settings, folder / "rooms")
    scene = Scene(
        folder / "tree", ["big"], {"id": "r"}, 1_700_000_000, settings, folder / "scratch", folder / "cache",
        folder / "artifacts", lambda *_: runner, lambda _: ((), {}), lambda *_: sys.exit(1), lambda *_: sys.exit(1),
    )  # fmt: skip
    print("ready", flush=True)  # noqa: T201 -- it is what the test waits for
    for number in range(10_000):
        steps = (StepPlan(name="s", run=f"mkdir dep\ncat big > dep/big\nwrite dep/n {number}"),)
        one = JobPlan(id="a", job="a", steps=steps, cache=(CachePlan(key=f"k{number}", paths=("dep",)),),
                      artifacts=(ArtifactPlan(name="x", paths=("dep",)),))  # fmt: skip
        execute(Plan(name="p", jobs=(one, JobPlan(id="b", job="b", steps=steps[:0], needs=("a",)))), scene)
        print(number, flush=True)  # noqa: T201 -- as above


if __name__ == "__main__":
    main(Path(sys.argv[1]))
