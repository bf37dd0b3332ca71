"""A function of a program that is in no repository: what who parses it tells whoever compares it."""

from __future__ import annotations

from typing import NamedTuple


class Function(NamedTuple):
    """Hashes of its tree, as in table definitions, the named nodes in it, its first byte and the one after its last."""

    syntax: int
    shape: int
    nodes: int
    start: int
    end: int
