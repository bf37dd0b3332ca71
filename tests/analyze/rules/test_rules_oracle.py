"""What rules find is what ast-grep finds: our own rules, and rules made at random; the fast way is the plain way."""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ast_grep_py import SgRoot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import codestrata
from codestrata.analyze.rules.batch import Batch
from codestrata.analyze.rules.load import Pack, fitting, ours
from codestrata.analyze.rules.match import matches, one
from codestrata.analyze.rules.mistakes import Wrong
from codestrata.analyze.rules.narrow import Narrow, tied
from codestrata.analyze.rules.plain import matched
from codestrata.analyze.rules.rule import Rule
from codestrata.analyze.rules.tree import Tree
from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.analyze.syntax.nodes import ERROR, MISSING, Nodes
from codestrata.analyze.syntax.parse import parse
from codestrata.kernels import library

sys.path.insert(0, str(Path(__file__).parent))
from oracle import Maker, Range, known_otherwise, seen_alike, theirs

NAMES = [grammar.name for grammar in GRAMMARS]
SOURCES = Path(codestrata.__file__).parent
#: Programs of each grammar that are asked about.
MOST = 15

#: A program of each grammar with a little of everything.
PROGRAMS = json.loads((Path(__file__).parent / "programs.json").read_text())


@cache
def programs(grammar: str) -> tuple[str, ...]:
    """Give programs: what rules give as examples, and files of ours; only those that both parsers see alike."""
    found = [PROGRAMS[grammar]]
    found += [text for rule in ours().rules if grammar in rule.grammars for text in (*rule.positive, *rule.negative)]
    if grammar == "python":
        found[1:1] = [path.read_text() for path in sorted((SOURCES / "analyze" / "rules").glob("*.py"))[:6]]
    if grammar == "c":
        found[1:1] = [path.read_text() for path in sorted((SOURCES / "kernels" / "native").glob("*.c"))[:5]]
    step = max(1, len(found) // MOST)
    return tuple(text for text in [*found[:8], *found[8::step]] if _sound(grammar, text))


def _sound(grammar: str, text: str) -> bool:
    nodes = parse(grammar, [text.encode()])
    return not (nodes.flags & (ERROR | MISSING)).any() and seen_alike(text, nodes)


def _rule(grammar: str, rule: dict[str, Any], **more: Any) -> Rule:
    return Rule("x", 1, "L1", "x", (grammar,), "", "A", rule, ("",), ("",), **more)


def _ranges(nodes: Nodes, found: Any) -> list[Range]:
    return sorted(zip(nodes.start[found].tolist(), nodes.end[found].tolist(), strict=True))


@pytest.mark.parametrize("grammar", NAMES)
def test_our_rules_find_what_ast_grep_finds(grammar: str) -> None:
    """Every rule of ours, in every program: the same ranges, and as often."""
    texts = programs(grammar)
    nodes = parse(grammar, [text.encode() for text in texts])
    found = matches(ours(), nodes)
    files = nodes.files(found.node)
    roots = [SgRoot(text, grammar).root() for text in texts]
    for index, rule in enumerate(ours().rules):
        if grammar not in rule.grammars or known_otherwise([rule.rule, rule.utils], grammar):
            continue
        if ours().compiled(grammar).get(index) is None:
            continue
        config = json.loads(json.dumps({"rule": rule.rule, "constraints": rule.constraints, "utils": rule.utils}))
        for at, text in enumerate(texts):
            if not text.isascii():
                continue
            mine = found.node[(found.rule == index) & (files == at)]
            base = int(nodes.offsets[at])
            said = [m.range() for m in roots[at].find_all(config)]
            wanted = sorted((one.start.index, one.end.index) for one in said)
            assert [(a - base, b - base) for a, b in _ranges(nodes, mine)] == wanted, (rule.id, text)


@pytest.mark.parametrize("grammar", NAMES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 30))
def test_any_rule_finds_what_ast_grep_finds(grammar: str, seed: int) -> None:
    """Rules made of a program's kinds, fields, words and pieces: the same ranges in it, the plain way and the fast."""
    text = programs(grammar)[seed % len(programs(grammar))]
    nodes = parse(grammar, [text.encode()])
    rule = Maker(nodes, seed).rule()
    try:
        compiled = fitting(_rule(grammar, rule), grammar)
    except Wrong:
        return
    assert compiled is not None
    fast = one(compiled, Batch(nodes))[0].tolist()
    tree = Tree(nodes)
    assert fast == [node for node in range(len(nodes)) if matched(compiled, tree, node) is not None], rule
    if not tied(compiled):
        assert fast == Narrow(Batch(nodes)).all(compiled.matcher).tolist(), rule
    if not known_otherwise(rule, grammar):
        assert _ranges(nodes, fast) == theirs(text, grammar, {"rule": rule}), rule


@pytest.mark.parametrize("grammar", ["python", "rust"])
def test_without_kernels_the_same_is_found(grammar: str) -> None:
    """The kernels' twins find what they find, and catch the same."""
    nodes = parse(grammar, [text.encode() for text in programs(grammar)])
    native = matches(ours(), nodes)
    library.choose("numpy")
    try:
        twins = matches(ours(), nodes)
    finally:
        library.choose("native")
    assert twins.node.tolist() == native.node.tolist()
    assert twins.captures == native.captures


SET = {"context": "package a\nfunc f() { $O.Do($$$A) }", "selector": "call_expression"}
TERNARY = {"all": [{"pattern": "$A if $B else $C"}, {"not": {"pattern": "$A if $B else $A"}}]}
WITHIN = {"pattern": "f($A)", "inside": {"pattern": "if $C:\n  $$$", "stopBy": "end"}}
TWICE = {"pattern": "if ($A) { $$$B }", "has": {"pattern": "$A()", "stopBy": "end"}}
CAPTURES = [
    ("python", "f(a, b)\nf(c)\nf()\n", {"pattern": "f($A, $$$MORE)"}),
    ("python", "f(a, b)\nf(c)\nf()\n", {"pattern": "f($$$ALL)"}),
    ("python", "x = x + 1\ny = x + 1\na.b = a . b + 2\n", {"pattern": "$A = $A + $B"}),
    ("python", "f(1)\nif x:\n  f(2)\n", WITHIN),
    ("javascript", "if (a) { a() } if (b) { a() }", TWICE),
    ("rust", "fn f() { let a = b.unwrap(); a.c().unwrap(); }", {"pattern": "$A.unwrap()"}),
    ("go", "package a\nfunc f() { o.Do(g, h) }", {"pattern": SET}),
    ("python", "f(a, a)\nf(a, b)\ng(a)(a, a)\n", {"pattern": "$F($A, $A)"}),
    ("python", "f(1, 2)(1, 2)\nf(1, 2)(1, 3)\nf()()\n", {"pattern": "f($$$A)($$$A)"}),
    ("python", "a = 1 if b else 1\nc = 1 if b else 2\n", TERNARY),
]


@pytest.mark.parametrize(("grammar", "text", "rule"), CAPTURES)
def test_captures_are_those_of_ast_grep(grammar: str, text: str, rule: dict[str, Any]) -> None:
    """What ``$A`` and ``$$$A`` stand for, also where several snippets have to agree."""
    nodes = parse(grammar, [text.encode()])
    compiled = fitting(_rule(grammar, rule), grammar)
    assert compiled is not None
    found, captures = one(compiled, Batch(nodes))
    said = SgRoot(text, grammar).root().find_all({"rule": rule})
    assert _ranges(nodes, found) == sorted((m.range().start.index, m.range().end.index) for m in said)
    assert len(said) > 0
    by_place = {(m.range().start.index, m.range().end.index): m for m in said}
    for place, caught in zip(_ranges(nodes, found), captures, strict=True):
        for name, (first, last) in caught.items():
            several = by_place[place].get_multiple_matches(name)
            single = by_place[place].get_match(name)
            listed = [single] if single else several
            ends = (listed[0].range().start.index, listed[-1].range().end.index) if listed else None
            assert ends == ((int(nodes.start[first]), int(nodes.end[last])) if last >= 0 else None)


def _agreed(text: str, rule: dict[str, Any], **more: Any) -> list[Range]:
    """Give the ranges of a rule for Python, which have to be those of ast-grep."""
    nodes = parse("python", [text.encode()])
    compiled = fitting(_rule("python", rule, **more), "python")
    assert compiled is not None
    found = _ranges(nodes, one(compiled, Batch(nodes))[0])
    assert found == theirs(text, "python", {"rule": rule, **more})
    return found


def test_constraints_are_about_captures() -> None:
    """A constraint holds of what a name stands for, and drops the match where it does not."""
    constraints = {"A": {"kind": "identifier", "regex": "^a$"}}
    assert _agreed("f(a)\nf(1)\nf(b + 1)\n", {"pattern": "f($A)"}, constraints=constraints) == [(0, 4)]


def test_utils_are_what_they_stand_for() -> None:
    """A util is found wherever it is named."""
    named = {"kind": "call", "has": {"kind": "argument_list", "has": {"kind": "identifier"}}}
    assert len(_agreed("f(a)\ng(1)\nh(b)\n", {"matches": "named"}, utils={"named": named})) == 2


def test_a_batch_is_as_its_files() -> None:
    """What is found in a file does not depend on those parsed with it."""
    texts = [text.encode() for text in programs("python")]
    together = parse("python", texts)
    found = matches(ours(), together)
    listed = list(zip(together.files(found.node).tolist(), found.rule.tolist(), strict=True))
    alone = []
    for at, text in enumerate(texts):
        alone += [(at, rule) for rule in matches(ours(), parse("python", [text])).rule.tolist()]
    assert listed == alone
    assert matches(Pack((), ""), together).node.tolist() == []
    assert matches(ours(), parse("python", [])).node.tolist() == []
