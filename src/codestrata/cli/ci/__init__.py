"""``strata ci``: pipelines; one file per command."""

from __future__ import annotations

#: The commands below ``strata ci``, with the first sentence of each.
COMMANDS = {
    "run": "Run a pipeline on one repository, with a live log.",
    "fleet": "Run a pipeline on many repositories; what is known already is not run again.",
}


def ci() -> None:
    """Run tools, builds and tests on repositories, in a sandbox."""
