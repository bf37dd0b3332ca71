"""Calls: what is called, within what, with how many arguments, of small programs in every language."""

from __future__ import annotations

import pytest

PROGRAMS = [
    (
        "python",
        """
class C:
    @app.route("/x")
    def f(self): return a.b.c(1, *x, k=2)
g()(1)
"x".join(y)
z[0](1)
f(1).then(2).done(lambda: h())
a . b (
)
""",
        """
        app.route|C|1|3
        a.b.c|C.f|3|4
        g||0|5
        .join||1|6
        .done||1|8
        .then||1|8
        f||1|8
        h||0|8
        a.b||0|9
        """,
    ),
    (
        "rust",
        'fn f() { Vec::<u8>::new(); a.b(1)\n    .c(2); println!("{}", g(1)); std::mem::swap(&mut a, b); (x)(1) }\n',
        """
        Vec::<u8>::new|f|0|1
        .c|f|1|1
        a.b|f|1|1
        println!|f|-1|2
        std::mem::swap|f|2|2
        """,
    ),
    (
        "go",
        "package x\nfunc (s *S) M() { go s.x(1); make([]int, 3); a.B().C(func() { d() }) }\n",
        """
        s.x|S.M|1|2
        make|S.M|2|2
        .C|S.M|1|2
        a.B|S.M|0|2
        d|S.M|0|2
        """,
    ),
    (
        "typescript",
        "const f = () => { new a.Foo<T>(1); this.x?.y(); super.z(1); import('m') }\nnew Bar\n",
        """
        $new a.Foo|f|1|1
        this.x?.y|f|0|1
        super.z|f|1|1
        $new Bar||-1|2
        """,
    ),
    (
        "java",
        "class A { A() { super(1); } void m() { a.b.c(1, 2); this.d(); e(); new Foo<>(1).run(); x().y(); } }\n",
        """
        super|A.A|1|1
        a.b.c|A.m|2|1
        this.d|A.m|0|1
        e|A.m|0|1
        .run|A.m|0|1
        $new Foo<>|A.m|1|1
        .y|A.m|0|1
        x|A.m|0|1
        """,
    ),
    (
        "cpp",
        "void N::f() { a->b(1); std::move(x); new Foo(1); make<int>(2); (*p)(1); s.t().u(); }\n",
        """
        a->b|N.f|1|1
        std::move|N.f|1|1
        $new Foo|N.f|1|1
        make<int>|N.f|1|1
        .u|N.f|0|1
        s.t|N.f|0|1
        """,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("grammar", "program", "expected"), PROGRAMS)
def test_what_programs_call(read, grammar, program, expected):
    """Paths of names as written, of longer chains the last name, and nothing for what has no name."""
    rows = read("calls", grammar, program)
    found = [f"{r['callee']}|{r['within']}|{r['arguments']}|{r['line']}" for r in rows]
    assert found == [line.strip() for line in expected.strip().splitlines()]


def test_long_names_are_cut_between_letters(read):
    """At 120 bytes, and never inside a letter."""
    (row,) = read("calls", "python", "é" * 100 + "()")
    assert row["callee"] == "é" * 60
