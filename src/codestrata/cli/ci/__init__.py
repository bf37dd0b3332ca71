"""``strata ci``: pipelines; one file per command."""

from __future__ import annotations

#: The commands below ``strata ci``, with the first sentence of each.
COMMANDS = {
    "validate": "Say what is wrong with pipeline files, and what they would run.",
    "run": "Run a pipeline on one repository, with a live log.",
    "fleet": "Run a pipeline on many repositories; what is known already is not run again.",
    "results": "Show what a pipeline found in every repository, and write it as tables.",
    "derive": "Propose a pipeline from a repository's manifests and its own CI.",
    "convert": "Turn another system's pipeline file into one of ours.",
}


def ci() -> None:
    """Run tools, builds and tests on repositories, in a sandbox."""
