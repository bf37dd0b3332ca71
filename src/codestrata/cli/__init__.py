"""The ``strata`` command: one file per verb, no logic; everything a command does is one call on the workspace."""

from __future__ import annotations


def main() -> None:
    """Run ``strata`` and leave with its exit code."""
    from codestrata.cli.app import run

    run()
