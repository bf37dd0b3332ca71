"""Definitions: names, owners, lines, visibility and parameters of small programs in every language."""

from __future__ import annotations

import pytest

#: Grammar, program, and what it defines: kind, owner and name, lines, + public or - not, parameters, documentation.
PROGRAMS = [
    (
        "python",
        '''
X = 1
a: int = 2
def f(a, *b, c=1, **d):
    """Say f."""
    def inner(): pass
    local = 1

@decorated
class C(Base):
    "Say C."
    LIMIT: int = 3
    def __init__(self): self.y = 1

    @property
    async def _p(self): ...
    def __len__(self, /, *, x): return 1
if X:
    def g(): pass
type T = int
''',
        """
        constant X 2-2 + -1
        variable a 3-3 + -1
        function f 4-7 + 4 Say f.
        function f.inner 6-6 - 0
        class C 9-17 + -1 Say C.
        constant C.LIMIT 12-12 + -1
        constructor C.__init__ 13-13 + 1
        method C._p 15-16 - 1
        method C.__len__ 17-17 + 2
        function g 19-19 + 0
        type T 20-20 + -1
        """,
    ),
    ("python", "__all__ = ['f']\n__all__ += ['h']\ndef f(): ...\ndef g(): ...\ndef h(): ...\n", """
        variable __all__ 1-1 - -1
        function f 3-3 + 0
        function g 4-4 - 0
        function h 5-5 + 0
        """),
    (
        "rust",
        """
/// Say S.
/// And more.
#[derive(Clone)]
pub struct S<T>(pub T);
// no documentation

pub(crate) enum E { A }
impl<T> fmt::Display for a::S<T> {
    const Q: u8 = 1;
    fn fmt(&self, x: &str) -> u8 { const LOCAL: u8 = 1; fn inner() {} 1 }
}
impl S<u8> { pub fn new() -> Self { S(1) } fn own() {} }
pub trait T: A { type O; fn f(&self); fn g() {} }
mod m { pub static X: u8 = 1; }
/** Say n. */
pub mod n;
#[macro_export]
macro_rules! mm { () => {} }
pub union U { a: u8 }
pub type Y = u8;
""",
        """
        struct S 4-5 + -1 Say S. And more.
        enum E 8-8 - -1
        impl S 9-12 - -1
        constant S.Q 10-10 + -1
        method S.fmt 11-11 + 2
        function S.fmt.inner 11-11 - 0
        impl S 13-13 - -1
        method S.new 13-13 + 0
        method S.own 13-13 - 0
        trait T 14-14 + -1
        type T.O 14-14 + -1
        method T.f 14-14 + 1
        method T.g 14-14 + 0
        module m 15-15 - -1
        constant m.X 15-15 - -1
        module n 17-17 + -1 Say n.
        macro mm 18-19 + -1
        union U 20-20 + -1
        type Y 21-21 + -1
        """,
    ),
    (
        "go",
        """package x

// S says.
// More.
type S[T any] struct { a, b int }

type (
	// I says.
	I interface { M(x, y int) error; E }
	alias = B
)

const X, y = 1, 2

// z says.
var z T = nil

func (s *S[T]) M(a, b int, c ...string) (int, error) { var local int; return 1, nil }
func (e *hidden) N() {}
func F() {}
""",
        """
        struct S 5-5 + -1 S says. More.
        interface I 9-9 + -1 I says.
        method I.M 9-9 + 2
        type alias 10-10 - -1
        constant X 13-13 + -1
        constant y 13-13 - -1
        variable z 16-16 - -1 z says.
        method S.M 18-18 + 3
        method hidden.N 19-19 - 0
        function F 20-20 + 0
        """,
    ),
    (
        "tsx",
        """
/** Say Foo. */
@Dec() export abstract class Foo<T> extends Bar<T> {
  @in() private readonly x: number = 1
  constructor(private q: Q) { super() }
  @dec
  get v(): number { return this.x }
  private abstract m(): void
  arrow = (a) => 1
  #hidden() {}
}
export const f = async (a, b?: number) => a, g = 2
const h = x => x
let state
const { skipped } = state
run(() => { const inside = 1; function local() {} })
app.use = function(x) {}
Foo.prototype.bar = function() {}
export default function named() {}
export { h as i }
interface I extends K<T> { a: string; m(x: number): void }
export namespace N { export const x = 1; function q() { const z = 1 } }
declare module "x" { function q(): void }
enum E { A, B }
export type T = { a: 1 }
""",
        """
        class Foo 3-11 + -1 Say Foo.
        constructor Foo.constructor 5-5 + 1
        method Foo.v 6-7 + 0
        method Foo.m 8-8 - 0
        method Foo.arrow 9-9 + 1
        method Foo.#hidden 10-10 - 0
        function f 12-12 + 2
        constant g 12-12 + -1
        function h 13-13 + 1
        variable state 14-14 - -1
        function local 16-16 - 0
        method app.use 17-17 - 1
        method Foo.bar 18-18 + 0
        function named 19-19 + 0
        interface I 21-21 - -1
        method I.m 21-21 - 1
        module N 22-22 + -1
        constant N.x 22-22 + -1
        function N.q 22-22 - 0
        module x 23-23 + -1
        function x.q 23-23 + 0
        enum E 24-24 - -1
        type T 25-25 + -1
        """,
    ),
    (
        "javascript",
        """
/**
 * Say a.
 */
function a() {}
function* b(x) {}
exports.c = function () {}
const d = class { run() {} }
module.exports = { a, e: d }
""",
        """
        function a 5-5 + 0 Say a.
        function b 6-6 - 1
        function c 7-7 + 0
        class d 8-8 + -1
        method d.run 8-8 + 0
        """,
    ),
    (
        "java",
        """package a;
/** Say F. */
@X(1) public abstract class F<T> extends G<T> {
    /** Say A. */
    private static final int A = 1, B = 2;
    int z;
    public static final int C = 1;
    F(int x, String... y) { }
    protected abstract void m() throws X;
    @Override
    public F m2() { class Local {} return this; }
    public static class In {}
}
interface I { int X = 1; default void f() {} private void g() {} }
public record R(int a) { R { } }
enum E { A, B; public int x() { return 1; } }
public @interface Q { int v() default 1; }
""",
        """
        class F 3-13 + -1 Say F.
        constant F.A 5-5 - -1
        constant F.B 5-5 - -1
        constant F.C 7-7 + -1
        constructor F.F 8-8 - 2
        method F.m 9-9 - 0
        method F.m2 10-11 + 0
        class F.m2.Local 11-11 - -1
        class F.In 12-12 + -1
        interface I 14-14 - -1
        constant I.X 14-14 - -1
        method I.f 14-14 - 0
        method I.g 14-14 - 0
        class R 15-15 + -1
        constructor R.R 15-15 - -1
        enum E 16-16 - -1
        method E.x 16-16 - 0
        interface Q 17-17 + -1
        method Q.v 17-17 + -1
        """,
    ),
    (
        "c",
        """#ifndef X_H
#define X_H
/* Say f.
 * More. */
static inline int *f(int a, char *b[]) { int local; return 0; }

/// Say ops.
struct ops { int (*open)(struct file *, int); };
struct fwd;
typedef struct { int a; } anon_t;
typedef struct foo { int a; } foo_t;
typedef int (*cb_t)(int);
int g(void), count;
const char *(h)(void);
enum color { RED };
#define MAX(a, b) ((a) > (b))
#endif
""",
        """
        macro X_H 2-2 + -1
        function f 5-5 - 2 /* Say f. * More. */
        struct ops 8-8 + -1 Say ops.
        struct anon_t 10-10 + -1
        struct foo 11-11 + -1
        type foo_t 11-11 + -1
        type cb_t 12-12 + -1
        function g 13-13 + 0
        variable count 13-13 + -1
        function h 14-14 + 0
        enum color 15-15 + -1
        macro MAX 16-16 + 2
        """,
    ),
    (
        "cpp",
        """
namespace a::b {
// Say F.
template<class T> class F : public G<T> {
  int hidden();
public:
  F(int x);
  virtual ~F() = default;
  static F& get();
  int data, *more;
private:
  T operator+(const T& o);
  struct Inner { void m(); };
};
}
template <typename T> int a::F<T>::f() const { int local; int g(); return 1; }
F::F(int x) : x_(x) {}
static int v = 1;
using X = int;
namespace { int unseen() { return 1; } }
""",
        """
        module a.b 2-15 + -1
        class a.b.F 4-14 + -1 Say F.
        method a.b.F.hidden 5-5 - 0
        constructor a.b.F.F 7-7 + 1
        method a.b.F.~F 8-8 + 0
        method a.b.F.get 9-9 + 0
        method a.b.F.operator+ 12-12 - 1
        struct a.b.F.Inner 13-13 - -1
        method a.b.F.Inner.m 13-13 - 0
        method a.F.f 16-16 + 0
        constructor F.F 17-17 + 1
        variable v 18-18 - -1
        type X 19-19 + -1
        function unseen 20-20 - 0
        """,
    ),
]  # fmt: skip


def told(row, program):
    """Write a row as the table above does."""
    name = f"{row['owner']}.{row['name']}" if row["owner"] else row["name"]
    said = f"{row['kind']} {name} {row['line']}-{row['last_line']} {'-+'[row['public']]} {row['parameters']}"
    document = program.encode()[max(row["doc_start"], 0) : max(row["doc_end"], 0)].decode()
    if not document.startswith("/* "):
        document = " ".join(word for word in document.split() if word not in {"///", "//", "/**", "*/", "*"})
    return " ".join(f"{said} {document}".replace('"', "").split())


@pytest.mark.parametrize(("grammar", "program", "expected"), PROGRAMS)
def test_what_programs_define(read, grammar, program, expected):
    """Every definition, and nothing else."""
    found = [told(row, program) for row in read("definitions", grammar, program)]
    assert found == [" ".join(line.split()) for line in expected.strip().splitlines()]


@pytest.mark.parametrize(("grammar", "program", "expected"), PROGRAMS)
def test_places_count_in_their_file(read, grammar, program, expected):
    """Behind another file, everything is where it was."""
    alone = read("definitions", grammar, program)
    after = [row for row in read("definitions", grammar, "// é\n" * 3, program) if row["file"]]
    assert [{**row, "file": 0} for row in after] == alone


def test_bodies(read):
    """The first byte of a body is known; what has none has -1."""
    program = "pub fn f() { 1 }\nmod m;\n"
    assert [row["body"] for row in read("definitions", "rust", program)] == [program.index("{"), -1]


def test_nothing_is_said_of_nothing(read):
    """Empty files have no rows; those between others do no harm."""
    assert read("definitions", "python", "") == []
    assert [row["file"] for row in read("definitions", "python", "", "x = 1", "", "")] == [1]


@pytest.mark.parametrize("text", [
    "class", "def (", "@@", "class A(:\n def", "\0\0", "x = = 1", "def f(\n" * 50, "é" * 9,
])  # fmt: skip
@pytest.mark.parametrize("grammar", ["python", "rust", "go", "tsx", "java", "c", "cpp"])
def test_broken_programs_do_no_harm(read, grammar, text):
    """Whatever does not parse gives rows or none, and never an error."""
    for table in ("definitions", "imports"):
        for row in read(table, grammar, text, text):
            assert 0 <= row["start"] <= row["end"] <= len(text.encode())
