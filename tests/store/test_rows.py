"""Rows of tables as mappings, and columns made of Python values."""

from __future__ import annotations

import numpy as np

from codestrata.store.columns import Varlen, column
from codestrata.store.rows import rows_of


def test_rows_are_values_of_python():
    """Text is str, other strings are bytes, numbers are int, float and bool."""
    table = {
        "text": column(["grün", ""], "text"),
        "path": column([b"\xff", b"a"], "binary"),
        "n": column([1, -1], "int32"),
        "good": column([True, False], "bool"),
    }
    assert list(rows_of(table)) == [
        {"text": "grün", "path": b"\xff", "n": 1, "good": True},
        {"text": "", "path": b"a", "n": -1, "good": False},
    ]
    assert [type(value) for value in next(rows_of(table)).values()] == [str, bytes, int, bool]


def test_no_rows_and_no_columns_give_nothing():
    """A table without rows, and what is read of no file at all."""
    assert list(rows_of({})) == []
    assert list(rows_of({"text": column([], "text"), "n": np.zeros(0, np.int64)})) == []


def test_binary_columns_promise_no_text():
    """Bytes of a binary column are never decoded."""
    made = column([b"a"], "binary")
    assert isinstance(made, Varlen)
    assert not made.text
