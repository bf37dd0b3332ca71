"""The choice among runners: the first that gives what is asked for, never less."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestrata.errors import InvalidInput, SecurityViolation
from codestrata.sandbox import table
from codestrata.sandbox.base import Isolation
from codestrata.settings.sandbox import SandboxSettings


def test_every_runner_of_the_table_can_be_made(tmp_path: Path) -> None:
    """By name, each with a folder of its own; their libraries are asked for at first use."""
    for name in table.RUNNERS:
        assert table.open_runner(name, SandboxSettings(), tmp_path).name == name


def test_an_unknown_runner_is_told_with_the_known_ones(tmp_path: Path) -> None:
    """Names come from people."""
    with pytest.raises(InvalidInput, match="local, docker, kubernetes, dummy"):
        table.open_runner("lokal", SandboxSettings(), tmp_path)


def test_what_no_runner_gives_is_refused_with_reasons(tmp_path: Path) -> None:
    """A stronger isolation is never replaced by a weaker one."""
    with pytest.raises(SecurityViolation, match="gvisor") as refused:
        table.choose(SandboxSettings(), tmp_path, runner="dummy", isolation=Isolation.GVISOR)
    assert "dummy" in str(refused.value)
    assert "strata doctor sandbox" in str(refused.value)


def test_settings_decide_what_is_not_asked_for(tmp_path: Path) -> None:
    """Runner and isolation; what is asked for wins."""
    settings = SandboxSettings(runner="dummy", isolation="strict")
    assert table.choose(settings, tmp_path).name == "dummy"
    with pytest.raises(SecurityViolation):
        table.choose(settings, tmp_path, isolation=Isolation.GVISOR)
