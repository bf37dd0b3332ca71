"""``strata dataset``: datasets, and what they are made with; one file per command."""

from __future__ import annotations

#: The commands below ``strata dataset``, with the first sentence of each.
COMMANDS = {
    "evalset": "Make the list by which an evaluation set is kept out of datasets.",
}


def dataset() -> None:
    """Make datasets, and what they are made with."""
