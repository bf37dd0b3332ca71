# ruff: noqa: E501 - a program is a line
"""Hashes of definitions and shapes of statements: what they forget, and what they keep."""

from __future__ import annotations

import importlib

import pytest

shapes = importlib.import_module("codestrata.analyze.syntax.outline.shapes")

#: A grammar, a program, the same renamed, the same in another layout and with comments, and a different one.
SAME = [
    (
        "python",
        "def f(a):\n    if a > 1:\n        return g(a, 'x')\n    return 2\n",
        "def h(b):\n    if b > 9:\n        return k(b, 'yy')\n    return 3\n",
        "def f(a):  # why\n    if (\n        a > 1\n    ): # x\n        return g(\n a, 'x',\n )\n    # c\n    return 2\n",
        "def f(a):\n    if a < 1:\n        return g(a, 'x')\n    return 2\n",
    ),
    (
        "rust",
        'fn f(a: u8) -> u8 { if a > 1 { return g(a); } h(a, "x") }\n',
        'fn k(b: u8) -> u8 { if b > 2 { return l(b); } m(b, "yy\\n") }\n',
        'fn f(\n    a: u8,\n) -> u8 {\n    // c\n    if a > 1 {\n        return g(a);\n    }\n    h(a, "x")\n}\n',
        'fn f(a: u8) -> u8 { if a > 1 { g(a); } h(a, "x") }\n',
    ),
    (
        "typescript",
        'function f(a) { if (a) { return g(a, "x") } return [1, 2] }\n',
        'function h(b) { if (b) { return k(b, "yy") } return [3, 4] }\n',
        "function f(a) {\n  // c\n  if (a) {\n    return g(a, 'x');\n  }\n  return [\n    1,\n    2,\n  ];\n}\n",
        'function f(a) { if (!a) { return g(a, "x") } return [1, 2] }\n',
    ),
    (
        "java",
        "class A { int f(int a) { for (int i = 0; i < a; i++) g(i); return 1; } }\n",
        "class B { int h(int b) { for (int j = 9; j < b; j++) k(j); return 2; } }\n",
        "class A {\n  int f(int a) {\n    /* c */\n    for (int i = 0; i < a; i++)\n      g(i);\n    return 1;\n  }\n}\n",
        "class A { int f(int a) { for (int i = 0; i < a; i--) g(i); return 1; } }\n",
    ),
    (
        "c",
        'int f(int a) { if (a > 1) { g(a, "x"); } return 1; }\n',
        'int h(int b) { if (b > 3) { k(b, "y"); } return 2; }\n',
        'int f(int a)\n{\n  /* c */\n  if (a > 1)\n  {\n    g(a, "x"); // d\n  }\n  return 1;\n}\n',
        'int f(int a) { while (a > 1) { g(a, "x"); } return 1; }\n',
    ),
]  # fmt: skip


def _hashes(rows):
    return [(row["shape_hash"], row["nodes"]) for row in rows]


@pytest.mark.parametrize(("grammar", "program", "renamed", "laid_out", "other"), SAME)
def test_shapes_forget_names_and_layout(read, grammar, program, renamed, laid_out, other):
    """Other names, numbers, texts, lines, comments, last commas: the same shape. Other words: another shape."""
    expected = _hashes(read("definitions", grammar, program))
    assert _hashes(read("definitions", grammar, renamed)) == expected
    if grammar != "python":  # brackets around a condition are a node of Python's
        assert _hashes(read("definitions", grammar, laid_out)) == expected
    assert _hashes(read("definitions", grammar, other)) != expected
    statements = {row["shape_hash"] for row in read("shapes", grammar, program)}
    assert statements
    assert {row["shape_hash"] for row in read("shapes", grammar, renamed)} == statements


@pytest.mark.parametrize(("grammar", "program", "renamed", "laid_out", "other"), SAME)
def test_syntax_forgets_comments_alone(read, grammar, program, renamed, laid_out, other):
    """A comment changes nothing, a name does."""
    mark = "# c\n" if grammar == "python" else "/* c */ "
    at = program.index("    if" if grammar == "python" else "{") + (grammar != "python")
    commented = program[:at] + mark + program[at:]
    expected = [row["syntax_hash"] for row in read("definitions", grammar, program)]
    assert [row["syntax_hash"] for row in read("definitions", grammar, commented)] == expected
    assert [row["syntax_hash"] for row in read("definitions", grammar, renamed)] != expected


def test_javascript_has_the_shapes_of_typescript(read):
    """Grammars that use the same words give the same hashes."""
    program = "function f() { if (a) { return g(a, 'x') } return [1, 2] }\n"
    expected = _hashes(read("definitions", "typescript", program))
    assert (
        _hashes(read("definitions", "javascript", program)) == expected == _hashes(read("definitions", "tsx", program))
    )


def test_shapes_are_counted_by_file(read):
    """Equal statements of a file are one row, with the place of the first; another file has its own."""
    program = "if a:\n    b(1, 2)\nx\nif c:\n    d(3, 4)\n"
    rows = [row for row in read("shapes", "python", program, program) if row["kind"] == "if_statement"]
    assert [(row["file"], row["count"], row["line"], row["last_line"]) for row in rows] == [(0, 2, 1, 2), (1, 2, 1, 2)]


def test_shapes_are_bounded(read, monkeypatch):
    """Too small, too large, or too many: left out, and equal files choose the same."""
    program = "".join(f"if a:\n    b({'x, ' * i})\n" for i in range(20)) + f"if a:\n    b({'x, ' * 70})\ny\n"
    rows = read("shapes", "python", program)
    assert all(shapes.FEWEST <= row["nodes"] <= shapes.MOST for row in rows)
    monkeypatch.setattr(shapes, "BOUND", 5)
    fewer = [row["shape_hash"] for row in read("shapes", "python", program)]
    assert fewer == sorted(row["shape_hash"] for row in rows)[:5]
