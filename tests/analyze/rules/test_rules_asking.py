"""Rules that the kernel asks of nodes one by one: it says what is said plainly."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestrata.analyze.rules.asking import questions
from codestrata.analyze.rules.batch import Batch
from codestrata.analyze.rules.load import fitting, ours
from codestrata.analyze.rules.match import one
from codestrata.analyze.rules.matchers import All, Compiled, Kind, Nth
from codestrata.analyze.rules.mistakes import Wrong
from codestrata.analyze.rules.plain import look
from codestrata.analyze.rules.rule import Rule
from codestrata.analyze.rules.tree import Tree
from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.analyze.syntax.parse import parse
from codestrata.kernels.library import library
from codestrata.kernels.nodes.asking import ask

sys.path.insert(0, str(Path(__file__).parent))
from oracle import Maker
from test_rules_oracle import programs

pytestmark = pytest.mark.skipif(library() is None, reason="no compiled kernels here")
NAMES = [grammar.name for grammar in GRAMMARS]


def _asked(rule: Compiled, nodes: Nodes, some: np.ndarray) -> list[int] | None:
    written = questions(rule)
    answers = ask([written], [some], Batch(nodes).trees)[0] if written else None
    return None if answers is None else some[answers].tolist()


@pytest.mark.parametrize("grammar", NAMES)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 30))
def test_any_rule_is_asked_as_it_is_meant(grammar: str, seed: int) -> None:
    """Rules made of a program's kinds, fields, words and pieces, of all of its nodes."""
    text = programs(grammar)[seed % len(programs(grammar))]
    nodes = parse(grammar, [text.encode()])
    made = Rule("x", 1, "L1", "x", (grammar,), "", "A", Maker(nodes, seed).rule(), ("",), ("",))
    try:
        rule = fitting(made, grammar)
    except Wrong:
        return
    assert rule is not None
    found = _asked(rule, nodes, np.arange(len(nodes)))
    tree = Tree(nodes)
    wanted = [node for node in range(len(nodes)) if look(rule.matcher, tree, node, {}) is not None]
    assert found in (None, wanted), made.rule


@pytest.mark.parametrize("grammar", NAMES)
def test_our_rules_are_asked_as_they_are_meant(grammar: str) -> None:
    """Nearly all of our rules can be asked so, and find what they find otherwise."""
    pack = ours()
    nodes = parse(grammar, [text.encode() for text in programs(grammar)])
    rules, asked = pack.compiled(grammar), 0
    for rule in rules.values():
        batch = Batch(nodes)
        found = _asked(Compiled(rule.matcher, {}), nodes, np.arange(len(nodes)))
        asked += found is not None
        if found is not None:
            assert found == one(Compiled(rule.matcher, {}), batch)[0].tolist()
    assert asked > 0.9 * len(rules)


def test_what_takes_too_long_is_not_answered() -> None:
    """A list of many: counting siblings for each of them is given up, and asked of all at once instead."""
    nodes = parse("python", [b"x = [" + b"1,\n" * 6000 + b"]\n"])
    integer = Kind(frozenset(nodes.loaded.numbers["integer"]))
    rule = Compiled(All((integer, Nth(2, 1))), {})
    some = nodes.of_kind("integer")
    assert _asked(rule, nodes, some) is None
    for _ in range(3):
        assert len(one(rule, Batch(nodes), some)[0]) == 3000
