"""Texts of members: columns laid out at once, modifiers in order, letters that are not ASCII."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.syntax.outline import outline
from codestrata.analyze.syntax.outline.members.said import BITS, sets, written
from codestrata.analyze.syntax.outline.members.texts import Told, laid, nothing
from codestrata.analyze.syntax.parse import parse
from codestrata.store.columns import Varlen

TEXTS = st.lists(st.sampled_from(["", "a", "int", "Map<K; V>", "é"]), min_size=3, max_size=3)


@given(TEXTS, TEXTS, st.permutations(range(4)))
def test_columns_are_laid_out(first, second, order) -> None:
    """Parts end to end, then in an order, or as they come; texts that several columns say."""
    one, other = Varlen.of(first), Varlen.of(second)
    parts = [
        {"x": Told.rows(one), "y": Told(other, np.array([2, 0, 0]))},
        {"x": Told(other, np.array([1])), "y": nothing(1)},
    ]
    wanted = {"x": [*first, second[1]], "y": [second[2], second[0], second[0], ""]}
    for some in (None, np.array(order)):
        told = {name: column.strings() for name, column in laid(parts, some).items()}
        assert told == {
            name: [rows[i] for i in (order if some is not None else range(4))] for name, rows in wanted.items()
        }


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
