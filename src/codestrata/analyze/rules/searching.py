"""Regular expressions asked of many nodes at once: by their automata; by RE2 where there is none, or few are asked."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.rules.automata import automaton
from codestrata.analyze.rules.batch import Mask, Set
from codestrata.analyze.rules.matchers import Regex
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.kernels.automata import accepted
from codestrata.kernels.strings import distinct

#: Texts that RE2 is asked about before an automaton is made, which takes as long as about so many questions.
FEW = 1000
_asked: dict[str, int] = {}


def searched(regex: Regex, nodes: Nodes, some: Set) -> Mask:
    """Say of each of some nodes whether a regular expression is found in it."""
    starts, stops = nodes.start[some], nodes.end[some]
    count = _asked[regex.source] = _asked.get(regex.source, 0) + len(some)
    made = automaton(regex.source) if count > FEW else None
    if made:
        return accepted(nodes.arena, starts, stops, made.classes, made.steps)
    codes, first = distinct(nodes.arena, starts, stops)
    search, arena = regex.compiled.search, nodes.arena
    places = zip(starts[first].tolist(), stops[first].tolist(), strict=True)
    found = np.array([search(arena[a:b].tobytes()) is not None for a, b in places], np.bool_)
    return found[codes] if len(codes) else found
