"""Parsing what anybody may have written: batches of texts into nodes, with a reason for each file that has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codestrata.analyze.syntax.nodes import Nodes
from codestrata.analyze.syntax.parse import parse


@dataclass(frozen=True, slots=True)
class Parsed:
    """The nodes of a batch, and of each of its files why it has none, or ""."""

    nodes: Nodes
    problems: tuple[str, ...]


def parsed(grammar: str, texts: Sequence[bytes]) -> Parsed:
    """Parse a batch of one grammar."""
    return Parsed(parse(grammar, texts), ("",) * len(texts))
