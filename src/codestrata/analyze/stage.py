"""The door of analyze: names, facts and syntax of blobs, what governs each path, structure, reasons, clusters."""

from __future__ import annotations

from codestrata.analyze.clusters.stage import Clusters
from codestrata.analyze.facts.names import Names
from codestrata.analyze.facts.stage import Facts
from codestrata.analyze.paths import Paths
from codestrata.analyze.reasons.stage import Reasons
from codestrata.analyze.structure.stage import Structure
from codestrata.analyze.syntax.stage import Syntax
from codestrata.engine.base import Stage

STAGES: tuple[Stage, ...] = (Names(), Facts(), Syntax(), Paths(), Structure(), Reasons(), Clusters())

__all__ = ["STAGES"]
