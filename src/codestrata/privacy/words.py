"""Lists of words that detectors go by, from ``data/words.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads((Path(__file__).parent / "data" / "words.toml").read_text("utf-8"))


@cache
def words(name: str) -> frozenset[bytes]:
    """Give a list by its name."""
    return frozenset(word.encode() for word in _lists()[name].split())
