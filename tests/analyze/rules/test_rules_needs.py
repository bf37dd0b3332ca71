"""Needs: a rule is left out only where it finds nothing; what an expression needs is in all that it finds."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from codestrata.analyze.rules.batch import Batch
from codestrata.analyze.rules.literals import literals
from codestrata.analyze.rules.load import ours
from codestrata.analyze.rules.match import one
from codestrata.analyze.rules.regexes import regex
from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.analyze.syntax.parse import parse
from codestrata.kernels import library

sys.path.insert(0, str(Path(__file__).parent))
from test_rules_automata import REGEXES, TEXTS


@settings(max_examples=250, deadline=None)
@given(source=REGEXES, texts=TEXTS)
def test_what_is_found_holds_a_literal(source: str, texts: list[str]) -> None:
    """Any expression that automata know, any texts."""
    needed = literals(source)
    for text in (text.encode() for text in texts):
        if needed is not None and regex(source).compiled.search(text):
            assert any(one in text for one in needed), (source, text)


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ("^(stream|parallelStream)$", {b"stream", b"parallelStream"}),
        (r"^lombok\.", {b"lombok."}),
        ("[a-z]+Error(s|es)?$", {b"Error", b"Errors", b"Errores"}),
        ("(?:panic|fatal)+!", {b"panic", b"fatal"}),
        ("to|from|into", None),
        (r"\w+", None),
        ("(abcd)*", None),
        ("abcd|(efgh)?", None),
    ],
)
def test_literals(source: str, needed: set[bytes] | None) -> None:
    """The longest texts that have to be there; none where they are short, or may be left out."""
    assert literals(source) == needed


@pytest.mark.parametrize("grammar", [grammar.name for grammar in GRAMMARS])
def test_what_is_not_asked_finds_nothing(grammar: str) -> None:
    """All our rules, of their own examples one by one: most are not asked, and what is left out has nothing to find."""
    pack, asked, several = ours(), 0, 0
    rules = pack.compiled(grammar)
    programs = [text for i in rules for text in pack.rules[i].positive]
    for program in programs[:: max(1, len(programs) // 40)]:
        nodes = parse(grammar, [program.encode()])
        begins = pack.needed(grammar).begins(nodes)
        batch = Batch(nodes)
        for place, rule in enumerate(rules.values()):
            found = one(rule, batch)[0]
            begin = begins.get(place, found[:0])
            assert begin is None or np.isin(found, begin).all()
        asked, several = asked + len(begins), several + len(rules)
    assert asked < 0.4 * several


@pytest.mark.parametrize("grammar", ["python", "rust"])
def test_without_kernels_the_same_is_asked(grammar: str) -> None:
    """The kernels' twins begin with the same nodes."""
    pack = ours()
    nodes = parse(grammar, [text.encode() for i in pack.compiled(grammar) for text in pack.rules[i].positive])
    native = pack.needed(grammar).begins(nodes)
    library.choose("numpy")
    try:
        twin = pack.needed(grammar).begins(nodes)
    finally:
        library.choose("native")
    assert native.keys() == twin.keys()
    for place, begin in native.items():
        assert (begin is None) == (twin[place] is None)
        assert begin is None or begin.tolist() == twin[place].tolist()
