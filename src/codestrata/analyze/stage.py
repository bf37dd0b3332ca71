"""The door of analyze: names of files, facts of blobs, what governs each path."""

from __future__ import annotations

from codestrata.analyze.facts.names import Names
from codestrata.analyze.facts.stage import Facts
from codestrata.analyze.paths import Paths
from codestrata.engine.base import Stage

STAGES: tuple[Stage, ...] = (Names(), Facts(), Paths())

__all__ = ["STAGES"]
