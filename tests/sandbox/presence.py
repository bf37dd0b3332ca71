"""Tests that need the real sandbox: without it they are skipped with the reason, or fail where it is promised."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest
from tests.sandbox.contract.runners import absent

from codestrata.sandbox.table import open_runner
from codestrata.settings.sandbox import SandboxSettings


@cache
def _lacks() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return open_runner("local", SandboxSettings(), Path(folder)).probe().reason


@pytest.fixture
def sandbox() -> None:
    """Say that a test runs code in the local sandbox."""
    if why := _lacks():
        absent("sandbox", why)


needs_sandbox = pytest.mark.usefixtures("sandbox")
