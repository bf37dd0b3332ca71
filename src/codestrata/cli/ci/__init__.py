"""``strata ci``: pipelines; one file per command."""

from __future__ import annotations

#: The commands below ``strata ci``, with the first sentence of each.
COMMANDS: dict[str, str] = {
    "convert": "Turn another system's pipeline file into one of ours.",
    "derive": "Propose a pipeline from a repository's manifests and its own CI.",
    "validate": "Say what is wrong with pipeline files, and what they would run.",
}


def ci() -> None:
    """Run tools, builds and tests on repositories, in a sandbox."""
