"""Which runners the contract is held against, and how each is made here; a new runner is one more entry."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from codestrata.sandbox.base import Runner
from codestrata.settings.sandbox import SandboxSettings

#: Runner → the part that STRATA_EXPECT promises it by ("" is always there).
PARTS = {"dummy": "", "local": "sandbox", "docker": "docker"}
_CLASSES = {"dummy": "DummyRunner", "local": "LocalRunner", "docker": "DockerRunner"}


def absent(part: str, why: str) -> None:
    """Skip with a reason, or fail where the environment promises the part."""
    if part in os.environ.get("STRATA_EXPECT", "").split(","):
        pytest.fail(f"{part} is expected here: {why}")
    pytest.skip(f"{part}: {why}")


def make(name: str, scratch: Path, engine: Callable[[], str]) -> Runner:
    """Make a runner. ``engine`` gives the address of a container engine, starting it when that is needed."""
    settings = SandboxSettings(docker_host=engine() if name == "docker" else "")
    runner: Runner = getattr(import_module(f"codestrata.sandbox.{name}"), _CLASSES[name])(settings, scratch)
    caps = runner.probe()
    if not caps.usable:
        absent(PARTS[name], caps.reason)
    return runner
