"""Regular expressions asked of many nodes at once: by their automata; by RE2 where there is none, or few are asked."""

from __future__ import annotations

import numpy as np

from codestrata.analyze.rules.automata import automaton
from codestrata.analyze.rules.batch import Batch, Mask, Set
from codestrata.analyze.rules.matchers import Regex
from codestrata.analyze.syntax.nodes import Nodes

#: Texts that RE2 is asked about before an automaton is made, which takes as long as about so many questions.
FEW = 150
_asked: dict[str, int] = {}


def searched(regex: Regex, batch: Batch, some: Set) -> Mask:
    """Say of each of some nodes whether a regular expression is found in it."""
    texts = batch.texts(some)
    if texts is None:
        return _each(regex, batch.nodes, some)
    return _each(regex, batch.nodes, texts[1])[texts[0]]


def _each(regex: Regex, nodes: Nodes, some: Set) -> Mask:
    count = _asked[regex.source] = _asked.get(regex.source, 0) + len(some)
    made = automaton(regex.source) if count > FEW else None
    if made:
        return made.accepted(nodes.arena, nodes.start, nodes.end, some)
    search, arena = regex.compiled.search, nodes.arena
    places = zip(nodes.start[some].tolist(), nodes.end[some].tolist(), strict=True)
    return np.array([search(arena[a:b].tobytes()) is not None for a, b in places], np.bool_)
