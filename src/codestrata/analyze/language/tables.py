"""Linguist's tables as shipped in ``data/``: made by ``scripts/make_linguist_tables.py``, read once per process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Names:
    """Which languages a name speaks for. Candidates stand in Linguist's order, by language name.

    filenames: exact file name → languages; extensions: lower-case suffix with its dot → languages;
    interpreters: program named by a shebang → languages; aliases: lower-case editor mode → language;
    generic: extensions too common to tell anything without a look at the content.
    """

    filenames: dict[str, tuple[str, ...]]
    extensions: dict[str, tuple[str, ...]]
    interpreters: dict[str, tuple[str, ...]]
    aliases: dict[str, str]
    generic: tuple[str, ...]


def table(name: str) -> Any:
    """Read one JSON table of this package."""
    return json.loads((files(__package__) / "data" / f"{name}.json").read_bytes())


@cache
def names() -> Names:
    """Give the table of names."""
    raw = table("names")
    many = {
        k: {name: tuple(found) for name, found in raw[k].items()} for k in ("filenames", "extensions", "interpreters")
    }
    return Names(**many, aliases=raw["aliases"], generic=tuple(raw["generic"]))
