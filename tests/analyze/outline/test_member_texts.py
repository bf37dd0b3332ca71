"""Texts of members: rows joined in one go are what Python joins one by one; modifiers are told in order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.syntax.outline import outline
from codestrata.analyze.syntax.outline.members.said import BITS, sets, written
from codestrata.analyze.syntax.outline.members.texts import joined, ranks
from codestrata.analyze.syntax.parse import parse
from codestrata.store.columns import Varlen

PIECES = ["", "a", "int", "Map<K; V>", "é"]


@given(rows=st.lists(st.lists(st.integers(0, len(PIECES) - 1), max_size=4), max_size=8))
def test_joined(rows: list[list[int]]) -> None:
    """Rows of nothing, of empty texts, of several."""
    which = np.array([one for row in rows for one in row], np.int64)
    row = np.repeat(np.arange(len(rows)), [len(row) for row in rows]).astype(np.int64)
    told = joined(Varlen.of(PIECES), which, row, len(rows))
    assert told.strings() == [",".join(PIECES[one] for one in row) for row in rows]
    assert ranks(row).tolist() == [place for row in rows for place in range(len(row))]


def test_modifiers() -> None:
    """As they are called here, each once, in the order of the alphabet; parts of words are none."""
    told = [written(text) for text in (b"pub static readonly", b"@Override public final", b"republic", b"")]
    wanted = [{"public", "static", "final"}, {"override", "public", "final"}, set(), set()]
    assert told == [sum(BITS[word] for word in words) for words in wanted]
    assert sets().take(np.array(told, np.int64)).strings() == [",".join(sorted(words)) for words in wanted]


def test_texts_that_are_not_ascii(read) -> None:
    """Documentation and names of other letters are read; what is no UTF-8 is replaced, and told once."""
    program = '''
class ÉtatVisitor:
    """Une observers, déjà; \N{KELVIN SIGN}IND: HOO\N{KELVIN SIGN}."""
    def run(self):
        self.été.go()
'''
    (sort,), members = read("types", "python", program), read("members", "python", program)
    assert sort["words"] == "hook,observer,visitor"
    assert [row["traits"] for row in members] == ["calls-field:été.go"]


def test_names_that_are_no_utf8() -> None:
    """Two that read the same are told once."""
    program = b"class A { f() { new a./*\xe9*/B(); new a./*\xe8*/B() } }"
    column = outline(parse("javascript", [program]))["members"].columns["traits"]
    assert column.strings() == ["new:/*\N{REPLACEMENT CHARACTER}*/B"]
