"""The hall: the one object a face holds, the file-in, file-out commands, and what this machine can do."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestrata.workspace.doctor import examine
    from codestrata.workspace.files import clone, collect, filter_names, full, outputs
    from codestrata.workspace.hall import Workspace
    from codestrata.workspace.report import RunReport

__all__ = ["RunReport", "Workspace", "clone", "collect", "examine", "filter_names", "full", "outputs"]

_HOMES = {"RunReport": "report", "Workspace": "hall", "examine": "doctor"}


def __getattr__(name: str) -> object:
    """Load what a name stands for: a command needs one of them."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'files')}"), name)
