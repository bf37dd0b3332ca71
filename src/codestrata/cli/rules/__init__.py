"""``strata rules``: what is looked for in code; one file per command."""

from __future__ import annotations

#: The commands below ``strata rules``, with the first sentence of each.
COMMANDS = {
    "list": "List every rule: its level, languages, tier and version, and how right it was where that was measured.",
    "score": "Say how right every rule is over programs whose places are known: precision and recall, with intervals.",
    "test": "Try the examples of every rule, ours or of a folder of yours.",
}


def rules() -> None:
    """Show the rules by which patterns are found, and try them."""
