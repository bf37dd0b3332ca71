"""Documentation as plain text."""

from __future__ import annotations

import pytest

from codestrata.export.shape.instruct.docs import clean, description

CASES = {
    '"""Adds.\n\n    :param x: see :meth:`~a.B.c`.\n\n    .. versionadded:: 2\n        Slow.\n\n    More.\n    """': (
        "Adds.\n\n:param x: see `a.B.c`.\n\nMore."
    ),
    "r'''One line.'''": "One line.",
    "/**\n * Uses {@link #toJson(Object, Appendable)} and {@code a < {b}}.\n *\n * <p>More\n * @since 1.0\n */": (
        "Uses `toJson(Object, Appendable)` and `a < {b}`.\n\nMore"
    ),
    "/* A plain\n * comment. */": "A plain\ncomment.",
    "// Slug makes\n// names.\n//\n//go:noinline": "Slug makes\nnames.",
    "/// Calls [`wake`](Waker::wake) of [`Waker`].\n///\n/// [`Waker`]: crate::Waker": "Calls `wake` of `Waker`.",
    "/// Wakes.\n///\n/// ```\n/// # use x;\n/// y();\n/// ```": "Wakes.\n\n```\nuse x;\ny();\n```",
    "// Replaces `:`, `[`, and `]`.": "Replaces `:`, `[`, and `]`.",
    "/* ---------------\n * Sorts.\n * ------------- */": "Sorts.",
    "# Sorts a list\n# in place.": "Sorts a list\nin place.",
}


@pytest.mark.parametrize("written", CASES)
def test_documentation_loses_its_marks(written: str) -> None:
    """Marks of comments, strings, mark-up, programs and the past go; what is said stays."""
    assert clean(written) == CASES[written]


@pytest.mark.parametrize(
    "doc",
    [
        "Sorts.\n\n@param x the list",
        "Sorts.\n\n:param x: the list",
        "Sorts.\n\nArgs:\n    x: the list",
        "Sorts.\n# Panics\nOn x",
    ],
)
def test_a_description_ends_where_parameters_begin(doc: str) -> None:
    """Tags and sections of parameters, results, errors and examples describe nothing of what is done."""
    assert description(doc) == "Sorts."
