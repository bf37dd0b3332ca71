"""Calling strata in tests: in this process where a process is not the point, as a process of its own where it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from codestrata.cli.app import call


@dataclass(frozen=True)
class Ended:
    """How a call ended: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Read the output as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Give the lines on stderr; none may be a traceback."""
        assert "Traceback" not in self.err
        return self.err.splitlines()

    def line(self, *parts: str) -> str:
        """Give the one line on stderr that has all these parts."""
        found = [line for line in self.lines if all(part in line for part in parts)]
        assert len(found) == 1, f"{parts}: {self.err}"
        return found[0]


Strata = Callable[..., Ended]


@pytest.fixture
def strata(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Strata:
    """Give a way to call strata in this process, in ``tmp_path``, with the workspace ``w``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STRATA_DEBUG", raising=False)

    def run(*arguments: object, settings: Mapping[str, object] | None = None, workspace: str = "w") -> Ended:
        capsys.readouterr()
        code = call([*shared(workspace, {"engine.inline": True, **(settings or {})}), *map(str, arguments)])
        return Ended(code, *capsys.readouterr())

    return run


def shared(workspace: str, settings: Mapping[str, object]) -> list[str]:
    """Give the options before the command."""
    flags = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    return ["--log", "none", "--workspace", workspace, *flags]


def command(*arguments: object, workspace: str = "w", settings: Mapping[str, object] | None = None) -> list[str]:
    """Give the command line of a strata of its own."""
    options = shared(workspace, {"engine.backoff_seconds": 0, **(settings or {})})
    return [sys.executable, "-m", "codestrata.cli", *options, *map(str, arguments)]


def start(
    arguments: Sequence[str], folder: Path, *, stderr: int = subprocess.PIPE, **environment: str
) -> subprocess.Popen[str]:
    """Start a strata of its own, in a session of its own."""
    return subprocess.Popen(
        arguments,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], seconds: float = 120) -> Ended:
    """Wait for its end."""
    out, err = process.communicate(timeout=seconds)
    return Ended(process.returncode, out, err)
