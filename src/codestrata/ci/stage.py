"""The door of pipelines. What stands behind a name is loaded when the name is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestrata.ci.expressions.shares import shares
    from codestrata.ci.fleet import Terms, partitions, read_plan, write_plan
    from codestrata.ci.runners import chooser
    from codestrata.ci.select import fair, sample, select, spoken
    from codestrata.ci.trial.focus import focused, lenient
    from codestrata.ci.trial.partitions import Trial
    from codestrata.ci.world import world
    from codestrata.engine.base import Stage

    STAGES: tuple[Stage, ...]

__all__ = [
    "STAGES", "Terms", "Trial", "chooser", "fair", "focused", "lenient", "partitions", "read_plan",
    "sample", "select", "shares", "spoken", "world", "write_plan",
]  # fmt: skip

_HOMES = {
    "Terms": "fleet",
    "Trial": "trial.partitions",
    "chooser": "runners",
    "fair": "select",
    "focused": "trial.focus",
    "lenient": "trial.focus",
    "partitions": "fleet",
    "read_plan": "fleet",
    "sample": "select",
    "select": "select",
    "shares": "expressions.shares",
    "spoken": "select",
    "world": "world",
    "write_plan": "fleet",
}


def __getattr__(name: str) -> object:
    """Load what a name stands for."""
    if name == "STAGES":
        from codestrata.ci.run import Run
        from codestrata.ci.trial.stage import Trials

        return Run(), Trials()
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"codestrata.ci.{_HOMES[name]}"), name)
