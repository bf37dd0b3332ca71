"""What is known about languages by name: their type and their group. Source: Linguist, ``languages.yml``."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

TYPES = ("programming", "data", "markup", "prose")
"""Every type a language can have."""


@cache
def languages() -> dict[str, tuple[str, str]]:
    """Give language → (type, group); a language's group is itself unless another language speaks for it."""
    rows = json.loads((files(__package__) / "data" / "languages.json").read_bytes())["languages"]
    return {name: (kind, group) for name, (kind, group) in rows.items()}


def language_type(name: str) -> str:
    """Give ``programming``, ``data``, ``markup`` or ``prose``; ``""`` for a name that is no language."""
    return languages().get(name, ("", ""))[0]


def language_group(name: str) -> str:
    """Give the language that statistics count this one under (TSX → TypeScript); ``""`` where there is none."""
    return languages().get(name, ("", ""))[1]
