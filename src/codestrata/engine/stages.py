"""Finding stages by name, as workers do: ``package.module:ATTRIBUTE`` names an iterable of them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.engine.base import Stage


def load_stages(name: str) -> Mapping[str, Stage]:
    """Import a table of stages; returns stage name → stage."""
    module, _, attribute = name.partition(":")
    if not attribute:
        raise InvalidInput(f"{name!r} does not name a table of stages", hint="write package.module:ATTRIBUTE")
    return {stage.name: stage for stage in getattr(importlib.import_module(module), attribute)}
