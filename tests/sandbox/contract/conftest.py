"""One laboratory for each runner that this machine has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import Lab
from tests.sandbox.contract.runners import PARTS, make


@pytest.fixture(params=list(PARTS))
def lab(request: pytest.FixtureRequest, tmp_path: Path, engine: Callable[[], str]) -> Iterator[Lab]:
    """Give a laboratory around each runner; ``real`` tests leave the dummy out."""
    name = request.param
    runner = make(name, tmp_path / "scratch", engine)
    yield Lab(runner, tmp_path, executes=name != "dummy")
    assert runner.sweep() == []


@pytest.fixture(params=[name for name in PARTS if name != "dummy"])
def real(request: pytest.FixtureRequest, tmp_path: Path, engine: Callable[[], str]) -> Iterator[Lab]:
    """Give a laboratory around each runner that executes what it is given."""
    runner = make(request.param, tmp_path / "scratch", engine)
    yield Lab(runner, tmp_path)
    assert runner.sweep() == []
