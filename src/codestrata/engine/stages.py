"""Finding stages by name, as workers do: ``package.module:ATTRIBUTE`` names a table of stages or of their entries."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from codestrata.engine.base import Entry
from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.engine.base import Stage, Step


class Stages(Mapping[str, "Stage"]):
    """The stages of a table by name; what an entry names is imported when it is asked for."""

    def __init__(self, table: Iterable[Entry | Stage]) -> None:
        self._listed = {one.name: one for one in table}
        self._found: dict[str, Stage] = {}

    def __getitem__(self, name: str) -> Stage:
        """Give a stage, imported at first use."""
        if name not in self._found:
            one = self._listed[name]
            self._found[name] = _made(one) if isinstance(one, Entry) else one
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        """Name the stages in the order of the table."""
        return iter(self._listed)

    def __len__(self) -> int:
        """Count the stages."""
        return len(self._listed)


def load_stages(name: str) -> Stages:
    """Import a table of stages; returns stage name → stage."""
    if ":" not in name:
        raise InvalidInput(f"{name!r} does not name a table of stages", hint="write package.module:ATTRIBUTE")
    return Stages(named(name))


def named(name: str) -> Any:
    """Import what ``package.module:ATTRIBUTE`` names."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def patience(step: Step) -> float:
    """Give the seconds that a stage's tasks may take to end in order when the run is interrupted; 0: they do not."""
    return step.patience if isinstance(step, Entry) else 0.0


def _made(entry: Entry) -> Stage:
    found = named(entry.place)
    stage: Stage = found() if isinstance(found, type) else found
    return stage
