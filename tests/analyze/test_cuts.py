"""Cuts: some whole nodes of every kind, in every grammar, none with an error in it."""

from __future__ import annotations

import numpy as np
import pytest

from codestrata.analyze.cuts.nodes import KINDS, LEAST, MOST, WINDOW, cuts
from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.analyze.syntax.parsing import Parser
from codestrata.export.decide.columns import varlen

PROGRAMS = {
    "python": "class A(Base):\n    def go(self, thing):\n        total = self.first(thing, 12) + 100 * other\n"
    "        if total > 300 and thing:\n            return total\n        return compute(total, thing)\n",
    "rust": "impl A {\n    fn go(&self, thing: i64) -> i64 {\n"
    "        let total = self.first(thing, 12) + 100 * other;\n"
    "        if total > 300 && thing > 1 { return total; }\n        compute(total, thing)\n    }\n}\n",
    "go": "package a\n\nfunc Go(thing int) int {\n\ttotal := first(thing, 12) + 100*other\n"
    "\tif total > 300 && thing > 1 {\n\t\treturn total\n\t}\n\treturn compute(total, thing)\n}\n",
    "java": "class A {\n    int go(int thing) {\n        int total = first(thing, 12) + 100 * other;\n"
    "        if (total > 300 && thing > 1) { return total; }\n        return compute(total, thing);\n    }\n}\n",
    "c": "int go(int thing) {\n    int total = first(thing, 12) + 100 * other;\n"
    "    if (total > 300 && thing > 1) { return total; }\n    return compute(total, thing);\n}\n",
}
PROGRAMS["cpp"] = PROGRAMS["c"]
SCRIPT = (
    "class A {\n  go(thing) {\n    const total = this.first(thing, 12) + 100 * other;\n"
    "    if (total > 300 && thing) { return total; }\n    return compute(total, thing);\n  }\n}\n"
)
PROGRAMS |= dict.fromkeys(("javascript", "typescript", "tsx"), SCRIPT)


def test_every_grammar_has_a_program() -> None:
    """No grammar is forgotten."""
    assert set(PROGRAMS) == {grammar.name for grammar in GRAMMARS}


def checked(nodes: Nodes) -> set[str]:
    """Check that the cuts of nodes are what they are said to be; gives their kinds."""
    rows = cuts(nodes)["cuts"]
    starts, ends = np.asarray(rows.columns["start"]), np.asarray(rows.columns["end"])
    base = nodes.offsets[rows.file]
    first, last = set((nodes.start).tolist()), set(nodes.end.tolist())
    sizes = np.diff(nodes.offsets)[rows.file]
    assert set((starts + base).tolist()) <= first
    assert set((ends + base).tolist()) <= last
    assert (ends - starts >= LEAST).all()
    assert (ends - starts <= np.minimum(MOST, sizes // 2)).all()
    return set(varlen(rows.columns, "kind").strings())


@pytest.mark.parametrize("grammar", PROGRAMS)
def test_kinds(grammar: str) -> None:
    """In every grammar every kind is found, as whole nodes."""
    texts = [(PROGRAMS[grammar] * 40).encode(), PROGRAMS[grammar].encode(), b""]
    with Parser() as parser:
        for parsed in parser.parse([(grammar, texts)]):
            assert checked(parsed.nodes) == set(KINDS)
            rows = cuts(parsed.nodes)["cuts"]
            windows = len(texts[0]) // WINDOW + 1
            assert np.bincount(rows.file)[0] <= windows * len(KINDS)


def test_what_is_broken_is_no_cut() -> None:
    """Nothing that has an error in it is a middle."""
    text = (
        b"def sound(value):\n    return value + 100\n\n\ndef broken(:\n    return (value +\n\n\n"
        + b"x = [1, 2, 3]\n" * 9
    )
    with Parser() as parser:
        for parsed in parser.parse([("python", [text])]):
            rows = cuts(parsed.nodes)["cuts"]
            found = zip(np.asarray(rows.columns["start"]), np.asarray(rows.columns["end"]), strict=True)
            assert rows.columns
            assert not any(b"broken" in text[a:b] for a, b in found)
