"""The local runner: foreign code on the host's own programs, in namespaces of its own, under the kernel's limits.

A room is held by a *keeper* (``keeper/``): one small process that makes the namespaces and mounts and starts the
commands. When it ends, everything of the room ends with it, and it ends when its owner does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["LocalRunner"]

if TYPE_CHECKING:
    from codestrata.sandbox.local.runner import LocalRunner


def __getattr__(name: str) -> object:
    """Import the runner at first use: the keeper, which is in this package, must not."""
    if name == "LocalRunner":
        from codestrata.sandbox.local.runner import LocalRunner

        return LocalRunner
    raise AttributeError(name)
