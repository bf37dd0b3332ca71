"""Paths in kernels: parts, distinct strings and lines, as their twins give them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.kernels import paths as module
from codestrata.kernels import strings
from codestrata.kernels.paths import as_lines, parts
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Varlen

PATHS = st.lists(st.text(alphabet="ab./\n\u00e9", max_size=12).map(str.encode), max_size=20)


def told(paths):
    """Give all that the kernels say of paths as plain values."""
    rows = Varlen.of(paths, text=False)
    starts, ends = rows.offsets[:-1], rows.offsets[1:]
    name, suffix = parts(rows.data, rows.offsets)
    found = [name, suffix, *distinct(rows.data, starts, name), *distinct(rows.data, name, ends)]
    text, begins = as_lines(rows.data, name, ends)
    return [array.tolist() for array in (*found, begins)], text


@given(PATHS)
def test_the_twins_say_the_same(twin, paths):
    """Whatever the paths."""
    with twin(module, strings):
        expected = told(paths)
    assert told(paths) == expected


@pytest.mark.parametrize(("path", "name", "suffix"), [
    (b"a/b/c.tar.gz", b"c.tar.gz", b"tar.gz"),
    (b"a.b/c", b"c", b""),
    (b".gitignore", b".gitignore", b"gitignore"),
    (b"x.", b"x.", b""),
    (b"", b"", b""),
])  # fmt: skip
def test_a_name_stands_behind_the_last_slash(path, name, suffix):
    """And its suffix behind the name's own first dot."""
    rows = Varlen.of([path], text=False)
    places = parts(rows.data, rows.offsets)
    assert [path[int(place[0]) :] for place in places] == [name, suffix]


def test_distinct_strings_are_numbered_by_their_first():
    """Equal strings share a number, wherever they stand."""
    rows = Varlen.of([b"b", b"a", b"a", b"b", b"", b"aa" * 40, b"aa" * 40 + b"b"], text=False)
    codes, first = distinct(rows.data, rows.offsets[:-1], rows.offsets[1:])
    assert codes.tolist() == [0, 1, 1, 0, 2, 3, 4]
    assert first.tolist() == [0, 1, 4, 5, 6]
    assert np.all(codes[first] == np.arange(5))


@given(PATHS, st.lists(st.integers(0, 19), max_size=30))
def test_rows_are_taken_as_without_kernels(twin, paths, wanted):
    """A column gives the same rows, whoever moves the bytes."""
    rows, chosen = Varlen.of(paths, text=False), np.array([i for i in wanted if i < len(paths)], np.int64)
    with twin(module, strings):
        expected = list(rows.take(chosen))
    assert list(rows.take(chosen)) == expected == [paths[i] for i in chosen]
