"""Regular expressions asked of many nodes at once: what cannot match is told by bytes, equal texts are asked once."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.rules.batch import Mask, Set
from codestrata.analyze.rules.matchers import Regex
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.kernels.strings import distinct


def searched(regex: Regex, nodes: Nodes, some: Set) -> Mask:
    """Say of each of some nodes whether a regular expression is found in it."""
    starts, stops = nodes.start[some], nodes.end[some]
    codes, first = distinct(nodes.arena, starts, stops)
    search, arena = regex.compiled.search, nodes.arena
    places = zip(starts[first].tolist(), stops[first].tolist(), strict=True)
    found = np.array([search(arena[a:b].tobytes()) is not None for a, b in places], np.bool_)
    return found[codes] if len(codes) else found
