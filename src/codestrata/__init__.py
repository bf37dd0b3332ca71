"""codestrata: Git repositories in, a database of what their code knows and training-grade datasets out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codestrata.version import SOFTWARE

__all__ = ["Workspace", "__version__"]
__version__ = SOFTWARE

if TYPE_CHECKING:
    from codestrata.workspace import Workspace


def __getattr__(name: str) -> object:
    """Import the hall at first use, so that ``import codestrata`` stays cheap."""
    if name == "Workspace":
        from codestrata.workspace import Workspace

        return Workspace
    raise AttributeError(name)
