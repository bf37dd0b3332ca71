"""Trees read natively from memory are, node for node, those of tree-sitter's own cursor."""

from __future__ import annotations

import ctypes
import random
import sysconfig
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import codestrata
from codestrata.analyze.syntax import reading
from codestrata.analyze.syntax.cursor import TYPES
from codestrata.analyze.syntax.grammars import GRAMMARS, grammar
from codestrata.analyze.syntax.nodes import ERROR, EXTRA, MISSING, NAMED, Nodes
from codestrata.analyze.syntax.parse import parse
from codestrata.analyze.syntax.reading import Reader, sample
from codestrata.kernels import library
from codestrata.kernels.nodes import treewalk

NAMES = [one.name for one in GRAMMARS]
needs_native = pytest.mark.skipif(library.library() is None, reason="the native kernels are not compiled here")


def same(one: Nodes, other: Nodes) -> bool:
    """Say whether two readings agree in everything."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in (*TYPES, "first", "offsets"))


def real(name: str) -> list[bytes]:
    """Give programs that somebody wrote: our own and Python's, and each grammar's sample."""
    own = Path(codestrata.__file__).parent
    found = {
        "python": sorted(Path(sysconfig.get_path("stdlib")).glob("[a-d]*.py"))[:25],
        "c": [*own.rglob("*.c"), *Path(sysconfig.get_path("include")).glob("*.h")],
        "cpp": [*own.rglob("*.h"), *Path(sysconfig.get_path("include")).glob("[a-m]*.h")],
    }
    return [sample(name), *(path.read_bytes() for path in found.get(name, ()))]


@needs_native
@pytest.mark.parametrize("name", NAMES)
def test_the_native_walk_is_proven_on_every_grammar(name):
    """The kernels know the layout of the tree-sitter that is installed, and each sample has what matters in it."""
    assert Reader(name).native
    nodes = parse(name, [sample(name)])
    for bit in (NAMED, EXTRA, ERROR):
        assert (nodes.flags & bit).any()
    assert len(set(nodes.field.tolist())) > 10
    parents = nodes.parent[nodes.parent >= 0]
    assert (nodes.after[parents] > np.flatnonzero(nodes.parent >= 0)).all()


@needs_native
@pytest.mark.parametrize("name", NAMES)
def test_real_programs_read_the_same_both_ways(name):
    """Kind, inherited field, place, parent, end and flags of each node are those that the API gives."""
    texts = real(name)
    native = parse(name, texts)
    assert same(native, parse(name, texts, native=False))
    assert len(native.first) == len(texts) + 1


@needs_native
@pytest.mark.parametrize("room", [0, 1, 2, 100, 1000])
def test_what_a_grammar_says_stays_within_its_room(room):
    """Of the words that say what productions say, as many are written as there is room for, and all are counted."""
    capsule = grammar("rust").capsule()
    whole = treewalk.grammar(capsule)
    unwrap = ctypes.pythonapi.PyCapsule_GetPointer
    words = (ctypes.c_uint64 * 2000)(*[7] * 2000)
    told = treewalk._native().strata_syntax_grammar(unwrap(capsule, b"tree_sitter.Language"), words, room)
    assert told == len(whole) > 1000
    assert list(words) == list(whole)[:room] + [7] * (2000 - room)


@needs_native
def test_some_samples_miss_tokens():
    """A token that the parser had to make up is there, flagged."""
    assert {n for n in NAMES if (parse(n, [sample(n)]).flags & MISSING).any()} >= {"c", "java", "cpp", "go", "rust"}


def broken(text: bytes, seed: int) -> bytes:
    """Give a piece of a text with wounds."""
    dice, out = random.Random(seed), bytearray(text)
    begin = dice.randrange(len(out))
    out = out[begin : begin + 1500]
    for _ in range(dice.randrange(1, 8)):
        i = dice.randrange(len(out) + 1)
        wound = dice.choice([b"(", b"}", b'"', b"'", b"\xff", b"\0", b"/*", b";", b"\r\n", b"=", b"`", b"\n\t"])
        out[i : i + dice.randrange(12)] = wound
    return bytes(out)


@needs_native
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32))
@pytest.mark.parametrize("name", NAMES)
def test_broken_programs_read_the_same_both_ways(name, seed):
    """Errors, missing tokens, stray bytes and NULs change nothing about that."""
    texts = [broken(text, seed + i) for i, text in enumerate((sample(name) * 10)[k::10] for k in range(3))]
    texts += [broken(sample(name), seed + i) for i in range(6)]
    assert same(parse(name, texts), parse(name, texts, native=False))


@pytest.mark.parametrize("native", [True, False])
def test_a_file_of_nothing_has_its_root(native):
    """An empty text is a tree of one node; bytes and nodes go on counting over files."""
    nodes = parse("python", [b"", b"x", b""], native=native)
    assert nodes.first.tolist()[1] == 1
    assert nodes.start.tolist()[-1] == 1
    assert nodes.parent[nodes.first[:-1]].tolist() == [-1, -1, -1]


def test_another_tree_sitter_is_read_by_its_cursor(monkeypatch):
    """Where the layout is not the one we know, or the sample reads otherwise, nothing is read from memory."""
    monkeypatch.setattr(treewalk, "LAYOUT", "0.99.")
    assert not Reader("python").native
    monkeypatch.undo()
    monkeypatch.setattr(treewalk, "walk", lambda *_: 3)
    assert not Reader("python").native


LOOKED_AT = [b"", b"\n", b"a(b[c]{\n\n", b"))((", bytes(range(256)) * 20, b"x" * 5000]
LOOKED_AT += [b"(" * 127 + b")" * 128 + b"[\n" * 64]


@needs_native
@pytest.mark.parametrize("text", LOOKED_AT)
@pytest.mark.parametrize("most", [0, 1, 2, 3, 63, 64, 65, 126, 127, 128, 1000])
def test_the_look_at_a_text_has_a_twin(text, most):
    """Whether brackets nest too deep, and the number of lines, are those of the Python that defines them."""
    assert treewalk.lines(text, most) == treewalk._lines(text, most)


@needs_native
@given(text=st.lists(st.sampled_from(b"([{)]}\na"), max_size=900).map(bytes), most=st.integers(0, 40))
def test_any_look_at_a_text_has_a_twin(text, most):
    """Wherever brackets stand in the blocks in which they are counted, and wherever the text lies."""
    assert treewalk.lines(text, most) == treewalk._lines(text, most)
    assert treewalk.lines(memoryview(bytearray(text)), most) == treewalk._lines(text, most)


def test_no_text_stays_with_the_parser():
    """Four megabytes that are parsed where they lie leave nothing of their size behind."""
    reader, text = Reader("java"), memoryview(bytearray(sample("java") * 50))
    columns, out = reading.laid(reading.room_for(len(text)))
    tracemalloc.start()
    try:
        for _ in range(4_000_000 // len(text)):
            assert reader.read(text, out)[1] == 0
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
        assert columns["after"][0] > 0
    finally:
        tracemalloc.stop()


def test_what_one_file_costs_is_limited_by_count(monkeypatch):
    """A parser that takes too many steps is cut, at the same place every time; the next text is read as ever."""
    reader = Reader("python")
    monkeypatch.setattr(reading, "WORK_MORE", 3)
    monkeypatch.setattr(reading, "WORK_BYTES", 10**9)
    _, out = reading.laid(100_000)
    assert reader.read(b"x = f(1)\n" * 1000, out) == (0, reading.WORK)
    assert reader.read(b"x = 1\n", out)[1] == 0
