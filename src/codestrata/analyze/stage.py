"""The door of analyze: names, facts, syntax, outlines, rules, paths, structure, reasons, clusters, privacy."""

from __future__ import annotations

from codestrata.analyze.clusters.stage import Clusters
from codestrata.analyze.cuts.stage import Cuts
from codestrata.analyze.facts.names import Names
from codestrata.analyze.facts.stage import Facts
from codestrata.analyze.outline.stage import Outlines
from codestrata.analyze.paths import Paths
from codestrata.analyze.privacy.stage import Privacy
from codestrata.analyze.reasons.stage import Reasons
from codestrata.analyze.rules.book import Rulebook
from codestrata.analyze.rules.stage import Rules
from codestrata.analyze.structure.stage import Structure
from codestrata.analyze.syntax.stage import Syntax
from codestrata.analyze.texture.stage import Textures
from codestrata.engine.base import Stage

STAGES: tuple[Stage, ...] = (
    *(Names(), Facts(), Syntax(), Rules(), Cuts(), Paths(), Structure(), Reasons(), Clusters()),
    *(Outlines(), Rulebook(), Textures(), Privacy()),
)

__all__ = ["STAGES"]
