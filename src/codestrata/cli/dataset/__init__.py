"""``strata dataset``: datasets by recipe; one file per command."""

from __future__ import annotations

#: The commands below ``strata dataset``, with the first sentence of each.
COMMANDS = {
    "init": "Write a recipe to begin with: a YAML file of a few lines.",
    "plan": "Count what a recipe would make, gate by gate; nothing is written.",
    "build": "Make the dataset of a recipe, or go on making it.",
    "set": "Change settings of a recipe, or say what changing them would do.",
    "why": "Tell the whole life of a file: every gate, its licence, its twins.",
    "diff": "Compare two datasets: what came, what went and why, what changed.",
    "stats": "Show a dataset: languages, licences, sizes, what was left out; as a page, too.",
    "validate": "Ask every gate of a dataset: files, schema, licences, leaks, secrets.",
    "optout": "Keep a list of who is left out of every dataset of this workspace.",
    "takedown": "Take rows out of a dataset that was built, and leave a tombstone.",
    "check-repo": "Say what a dataset has of a repository, or why it has nothing.",
    "evalset": "Make the list by which an evaluation set is kept out of datasets.",
}


def dataset() -> None:
    """Plan, build, explain, compare and amend datasets, by recipe."""
