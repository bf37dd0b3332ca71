"""A laboratory around the local runner, where this machine has what it needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sandbox.contract.lab import Lab
from tests.sandbox.contract.runners import absent

from codestrata.sandbox.local import LocalRunner
from codestrata.settings.sandbox import SandboxSettings


@pytest.fixture
def local(tmp_path: Path) -> Lab:
    """Give a laboratory around the local runner."""
    runner = LocalRunner(SandboxSettings(), tmp_path / "scratch")
    caps = runner.probe()
    if not caps.usable:
        absent("sandbox", caps.reason)
    return Lab(runner, tmp_path)
