"""Phrases and names of types: the kernels and their twins agree, on made-up phrases and on real ones."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.syntax.outline.members.traits import base
from codestrata.kernels import phrases as module
from codestrata.kernels.phrases import MOST, Phrases, Pieces, bases, phrases

VERBS = ("new", "calls-field", "throws-only")
TEXTS = [b"", b"a", b"ab", b"a.b", b"b", b"name", b"x" * 40, "é".encode(), b"\xff"]


def _laid(texts):
    stops = np.cumsum([len(text) for text in texts], dtype=np.int64)
    return np.frombuffer(b"".join(texts), np.uint8), Pieces(np.concatenate(([0], stops[:-1]))[: len(texts)], stops)


def _made(rows):
    """Give the phrases, and the bytes that their texts lie in."""
    data, texts = _laid([text for row in rows for text in row[3:]])
    first, second = (Pieces(texts.starts[k::2], texts.stops[k::2]) for k in (0, 1))
    return data, Phrases(*(np.array([row[k] for row in rows], np.int64) for k in range(3)), first, second)


PHRASE = st.tuples(*map(st.integers, (-1, 0, -1), (3, 2, 2)), st.sampled_from(TEXTS), st.sampled_from(TEXTS))


@given(st.lists(PHRASE, max_size=40))
def test_phrases_of_each_row(twin, rows):
    """Each once, as it comes first; the same from the twin."""
    wanted: list[list[bytes]] = [[] for _ in range(4)]
    for who, verb, also, first, second in rows:
        told = VERBS[verb].encode()
        told += b":" + first + b"." + second if second else b":" + first if first else b""
        other = VERBS[also].encode() + (b":" + first if first else b"")
        if who >= 0:
            wanted[who] += [told] if also < 0 else [told, other]
    for modules in ((), (module,)):
        with twin(*modules):
            offsets, data = phrases(*_made(rows), VERBS, 4)
        raw = data.tobytes()
        lines = [raw[a:b] for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]
        assert lines == [b",".join(dict.fromkeys(row)) for row in wanted]


def test_a_row_has_so_many_phrases(twin):
    """The first ones stay; what is said again takes no place."""
    rows = [(0, 0, 1, b"%d" % (i // 3), b"") for i in range(6 * MOST)] + [(1, 0, -1, b"a", b"")]
    wanted = [b",".join(f"new:{i},calls-field:{i}".encode() for i in range(MOST // 2)), b"new:a"]
    for modules in ((), (module,)):
        with twin(*modules):
            offsets, data = phrases(*_made(rows), VERBS, 2)
        assert data.tobytes() == b"".join(wanted)
        assert offsets.tolist() == [0, len(wanted[0]), len(wanted[0] + wanted[1])]


@pytest.mark.parametrize("row", [(4, 0, -1), (0, 3, -1), (0, 0, 3), (0, -1, -1)])
def test_rows_and_verbs_that_are_none_are_refused(row):
    """Nothing is read or written outside the buffers."""
    with pytest.raises(ValueError, match="no such"):
        phrases(*_made([(*row, b"a", b"b")]), VERBS, 4)


@pytest.mark.parametrize(("start", "stop"), [(-1, 1), (3, 2), (0, 11), (11, 11)])
def test_texts_outside_their_buffer_are_refused(start, stop):
    """No byte is read outside the buffer."""
    one, texts = np.zeros(1, np.int64), Pieces(np.array([start]), np.array([stop]))
    with pytest.raises(ValueError, match="outside"):
        bases(np.zeros(10, np.uint8), texts)
    for both in ((texts, Pieces(one, one)), (Pieces(one, one), texts)):
        with pytest.raises(ValueError, match="outside"):
            phrases(np.zeros(10, np.uint8), Phrases(one, one, one, *both), VERBS, 1)


NAME = st.text("ab<>[]({:.&* ", max_size=12).map(str.encode) | st.sampled_from([b"std::map<a::b>", b"&mut T", b"a:::b"])


@given(st.lists(NAME, max_size=20))
def test_names_of_types_alone(twin, names):
    """What stands before the arguments, behind the path, without references; the same from the twin."""
    for modules in ((), (module,)):
        with twin(*modules):
            data, pieces = _laid(names)
            found = bases(data, pieces)
        told = [data[a:b].tobytes() for a, b in zip(found.starts.tolist(), found.stops.tolist(), strict=True)]
        assert told == [base(name.decode()).encode() for name in names]
        assert np.array_equal(pieces.stops, _laid(names)[1].stops)  # what is given is not changed


def test_names_of_types_in_real_programs(twin, sources):
    """Lines of code, whatever they are: both say the same."""
    lines = [line for text in sources[::7] for line in re.split(rb"[\n;=]", text)[:400]]
    data, pieces = _laid(lines)
    ours = bases(data, pieces)
    with twin(module):
        theirs = bases(data, pieces)
    assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
    assert (ours.starts <= ours.stops).all()
