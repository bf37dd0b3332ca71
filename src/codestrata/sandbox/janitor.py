"""The janitor: removes what runs that were killed left behind, whichever runners they used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from codestrata.errors import StrataError
from codestrata.sandbox.base import Runner
from codestrata.sandbox.table import RUNNERS, open_runner
from codestrata.settings.sandbox import SandboxSettings

Open = Callable[[str, SandboxSettings, Path], Runner]


def sweep(settings: SandboxSettings, scratch: Path, opener: Open = open_runner) -> tuple[list[str], list[str]]:
    """Sweep every runner that ever worked in ``scratch``: each has a folder there, by its name.

    Gives what was removed, and what could not be looked at with the reason (an engine that is not there, a library that
    is not installed): both as ``runner: words``. Raises nothing for a runner that fails; the others are swept still.
    """
    removed, problems = [], []
    for name in RUNNERS:
        if not (scratch / name).is_dir():
            continue
        try:
            removed += [f"{name}: {left}" for left in opener(name, settings, scratch).sweep()]
        except (StrataError, ImportError, OSError) as error:
            problems.append(f"{name}: {error}")
    return removed, problems
