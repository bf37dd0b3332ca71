"""From settings to runners: who runs a job, and where its rooms lie."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from codestrata.ci import places
from codestrata.sandbox.base import Isolation, Runner
from codestrata.sandbox.table import choose
from codestrata.settings.sandbox import SandboxSettings

#: Gives a runner by its name ("": what the settings say) for an isolation (None: what they say); or raises
#: SecurityViolation.
Choose = Callable[[str, Isolation | None], Runner]


def chooser(settings: SandboxSettings, workspace: Path) -> Choose:
    """Give what chooses runners whose rooms lie in the workspace; each is opened, and tried, once for all jobs."""
    return cache(lambda name, isolation: choose(settings, places.rooms(workspace), runner=name, isolation=isolation))
