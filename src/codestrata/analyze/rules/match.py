"""All rules of a pack asked of the nodes of a batch: what they find, and the rows that are made of it.

Rules that need what is not there are not asked (``needs``), and others of the nodes that hold a text that they are
about (``needed``), or stand by what is rare (``beginning``). The kernel is asked about each of these (``asking``), or
they are narrowed as sets (``narrow``); captures are looked up for what is left.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.rules.aligning import aligned, caught_names
from codestrata.analyze.rules.alignment import Captures
from codestrata.analyze.rules.asking import may_match
from codestrata.analyze.rules.batch import Batch, Set
from codestrata.analyze.rules.load import Pack, ours
from codestrata.analyze.rules.looking import captured, single_snippet
from codestrata.analyze.rules.matchers import Compiled, Snippet
from codestrata.analyze.rules.narrow import Narrow, tied
from codestrata.analyze.rules.plain import matched as plainly
from codestrata.analyze.rules.tree import Tree
from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.kernels.nodes.snippets import EMPTY, NOTHING
from codestrata.store.columns import Varlen, take

#: Bytes of a capture that are kept.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What a pack found in a batch, by node and, at one node, by rule: indices of rules and nodes, int64 each.

    ``captures``: of each, name -> first and last node; last -1 for a gap without nodes.
    """

    rule: NDArray[np.int64]
    node: NDArray[np.int64]
    captures: list[dict[str, tuple[int, int]]]


def matches(pack: Pack, nodes: Nodes) -> Found:
    """Find every rule of a pack that is for the nodes' grammar."""
    batch = Batch(nodes)
    rules: list[int] = []
    places: list[Set] = []
    captures: list[dict[str, tuple[int, int]]] = []
    grammar = nodes.loaded.grammar.name
    known = list(pack.compiled(grammar).items())
    begins = [(*known[place], begin) for place, begin in pack.needed(grammar).begins(nodes).items()]
    several = may_match([(rule, begin) for _, rule, begin in begins], batch)
    for (index, rule, _), may in zip(begins, several, strict=True):
        found, caught = _captures(rule, batch, may)
        if len(found):
            rules.append(index)
            places.append(found)
            captures += caught
    rule_ = np.repeat(np.array(rules, np.int64), np.array([len(found) for found in places], np.int64))
    node = np.concatenate([np.zeros(0, np.int64), *places])
    order = np.lexsort((rule_, node))
    return Found(rule_[order], node[order], [captures[i] for i in order.tolist()])


def one(rule: Compiled, batch: Batch, begin: Set | None = None) -> tuple[Set, list[dict[str, tuple[int, int]]]]:
    """Find one rule in a batch, with its captures. ``begin``: the nodes that may match, of those of its kinds."""
    return _captures(rule, batch, may_match([(rule, begin)], batch)[0])


def _captures(rule: Compiled, batch: Batch, found: Set) -> tuple[Set, list[dict[str, tuple[int, int]]]]:
    """Keep of nodes that may match those that do, with what they capture."""
    ties = tied(rule)
    if not len(found) or not (captured(rule.matcher) or ties or rule.constraints):
        return found, [{}] * len(found)
    snippet = single_snippet(rule)
    if snippet is None or ties:
        return _plainly(rule, batch, found)
    return _caught(rule, snippet, Narrow(batch, ties), found)


def _caught(
    rule: Compiled, snippet: Snippet, narrow: Narrow, found: Set
) -> tuple[Set, list[dict[str, tuple[int, int]]]]:
    """Look up the captures of a rule with one snippet, and hold them against its constraints."""
    listed = caught_names(snippet)
    caught = aligned(snippet, narrow.batch, found)[1]
    for name, matcher in rule.constraints.items():
        at = caught[:, listed.index(name), 0]
        fits = narrow.ask(matcher, np.maximum(at, NOTHING)) | (at < 0)
        found, caught = found[fits], caught[fits]
    return found, [
        {name: (a, b if a != EMPTY else -1) for name, (a, b) in zip(listed, row, strict=True) if a != NOTHING}
        for row in caught.tolist()
    ]


def _plainly(rule: Compiled, batch: Batch, may: Set) -> tuple[Set, list[dict[str, tuple[int, int]]]]:
    tree, found, captures = Tree(batch.nodes), [], []
    for node in may.tolist():
        one = plainly(rule, tree, node)
        if one is not None:
            found.append(node)
            captures.append(_ends(one))
    return np.array(found, np.int64), captures


def _ends(captures: Captures) -> dict[str, tuple[int, int]]:
    listed = {name: one if isinstance(one, tuple) else (one,) for name, one in captures.items()}
    return {name: (nodes[0], nodes[-1]) if nodes else (EMPTY, -1) for name, nodes in listed.items()}


def rows(pack: Pack, nodes: Nodes) -> Rows:
    """Give the rows of **matches** that a pack makes of the nodes of a batch."""
    found = matches(pack, nodes)
    file = nodes.files(found.node)
    first, last = nodes.lines(found.node)
    base = nodes.offsets[file]
    columns: dict[str, Any] = {
        **take(pack.columns, found.rule),
        "captures": Varlen.of([_told(nodes, one) if one else "{}" for one in found.captures]),
        "start": nodes.start[found.node] - base,
        "end": nodes.end[found.node] - base,
        "line": first.astype(np.int32),
        "last_line": last.astype(np.int32),
    }
    return Rows(file, columns)


def _told(nodes: Nodes, captures: dict[str, tuple[int, int]]) -> str:
    told = {name: _text(nodes, *ends) for name, ends in sorted(captures.items())}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _text(nodes: Nodes, first: int, last: int) -> str:
    if last < 0:
        return ""
    start = int(nodes.start[first])
    return nodes.arena[start : min(int(nodes.end[last]), start + LONGEST)].tobytes().decode("utf-8", "ignore")


def matched(nodes: Nodes) -> dict[str, Rows]:
    """Give what our own rules find: an extractor."""
    return {"matches": rows(ours(), nodes)}
