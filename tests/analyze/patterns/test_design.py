# ruff: noqa: E501 - a program is a line
"""Design patterns: each rule finds its pattern where it was planted, and not in what only looks like it."""

from __future__ import annotations

import json

import pytest

from codestrata.analyze.records import PATTERNS, TIERS
from codestrata.analyze.structure.finding import table
from codestrata.store.columns import rows

SHAPES = "interface Shape { void draw(); }\nclass Dot implements Shape { public void draw() { } }\n"
#: Pattern, suffix, a program with it at a type, that type, and a program without.
PLANTED = [
    (
        "singleton", "java",
        "class A { private static A one; private A() { } static A get() { if (one == null) one = new A(); return one; } }", "A",
        "class A { private static A one; public A() { } static A make() { return new A(); } }",
    ),
    (
        "singleton", "py",
        "class A:\n    _instance = None\n    def __new__(cls):\n        return cls._instance\n", "A",
        "class A:\n    _instance = None\n    def get(self):\n        return self._instance\n",
    ),
    ("singleton", "java", "enum A { INSTANCE; void run() { } }", "A", "enum A { ONE, TWO; void run() { } }"),
    (
        "singleton", "cpp",
        "class A { public: static A& instance(); private: A(); };", "A",
        "class A { public: static A& instance(); A(); };",
    ),
    (
        "singleton", "go",
        "package a\nvar once sync.Once\nfunc GetA() *A { once.Do(func() { a = &A{} }); return a }\n", "GetA",
        "package a\nfunc GetA() *A { tasks.Do(func() { a = &A{} }); return a }\n",
    ),
    (
        "builder", "rs",
        "struct B { a: u8 }\nimpl B { fn a(mut self, a: u8) -> Self { self.a = a; self }\n fn b(mut self, b: u8) -> Self { self.a = b; self }\n fn build(self) -> Car { Car::new(self.a) } }\n", "B",
        "struct B { a: u8 }\nimpl B { fn a(mut self, a: u8) -> Self { self.a = a; self }\n fn b(&self) -> u8 { self.a }\n fn build(self) -> Car { Car::new(self.a) } }\n",
    ),
    (
        "builder", "java",
        "class B { int a; B a(int a) { this.a = a; return this; } B b(int b) { this.a = b; return this; } Car build() { return new Car(a); } }", "B",
        "class B { int a; B a(int a) { this.a = a; return this; } B b(int b) { this.a = b; return this; } int size() { return a; } }",
    ),
    (
        "factory-method", "java",
        SHAPES + "class Box implements Shape { public void draw() { } }\nabstract class M { abstract Shape make(); }\nclass M1 extends M { Shape make() { return new Dot(); } }\nclass M2 extends M { Shape make() { return new Box(); } }\n", "M",
        SHAPES + "abstract class M { abstract Shape make(); }\nclass M1 extends M { Shape make() { return new Dot(); } }\nclass M2 extends M { Shape make() { return null; } }\n",
    ),
    (
        "abstract-factory", "ts",
        "interface P { x(): void }\ninterface Q { y(): void }\nclass P1 implements P { x() {} }\nclass P2 implements P { x() {} }\nclass Q1 implements Q { y() {} }\nclass Q2 implements Q { y() {} }\ninterface F { p(): P; q(): Q }\nclass F1 implements F { p(): P { return new P1() } q(): Q { return new Q1() } }\nclass F2 implements F { p(): P { return new P2() } q(): Q { return new Q2() } }\n", "F",
        "interface P { x(): void }\nclass P1 implements P { x() {} }\ninterface F { p(): P; q(): P }\nclass F1 implements F { p(): P { return new P1() } q(): P { return new P1() } }\n",
    ),
    (
        "prototype", "java",
        "abstract class A { abstract A clone(); }\nclass B extends A { A clone() { return new B(); } }\nclass C extends A { A clone() { return new C(); } }\n", "A",
        "abstract class A { abstract A other(); }\nclass B extends A { A other() { return new B(); } }\nclass C extends A { A other() { return new C(); } }\n",
    ),
    (
        "composite", "java",
        SHAPES + "class Group implements Shape { List<Shape> parts; public void draw() { for (Shape s : parts) s.draw(); } }", "Group",
        SHAPES + "class Group { List<Shape> parts; public void all() { for (Shape s : parts) s.draw(); } }",
    ),
    (
        "decorator", "java",
        SHAPES + "/** A decorator. */\nclass Frame implements Shape { Shape inner; Frame(Shape inner) { this.inner = inner; } public void draw() { inner.draw(); line(); } }", "Frame",
        SHAPES + "/** A decorator. */\nclass Frame { Shape inner; Frame(Shape inner) { this.inner = inner; } public void draw() { inner.draw(); } }",
    ),
    (
        "proxy", "py",
        "from abc import ABC, abstractmethod\nclass S(ABC):\n    @abstractmethod\n    def do(self): ...\nclass Real(S):\n    def do(self): return 1\nclass LazyProxy(S):\n    def __init__(self, real: Real):\n        self.real = real\n    def do(self): return self.real.do()\n", "LazyProxy",
        "class Real:\n    def do(self): return 1\nclass LazyProxy:\n    def __init__(self, real: Real):\n        self.real = real\n    def go(self): return self.real.do()\n",
    ),
    (
        "adapter", "go",
        "package a\ntype Plug interface { Insert() }\ntype Old struct {}\nfunc (o *Old) Push() {}\n// Fit is an adapter.\ntype Fit struct { old *Old }\nfunc (f *Fit) Insert() { f.old.Push() }\n", "Fit",
        "package a\ntype Plug interface { Insert() }\ntype Old struct {}\nfunc (o *Old) Push() {}\ntype Fit struct { old *Old }\nfunc (f *Fit) Other() { f.old.Push() }\n",
    ),
    (
        "bridge", "java",
        "interface Dev { void on(); void off(); }\nclass Tv implements Dev { public void on() { } public void off() { } }\nclass Fm implements Dev { public void on() { } public void off() { } }\n/** A bridge to devices. */ class Remote { Dev dev; void a() { dev.on(); } void b() { dev.off(); } }\nclass Big extends Remote { }\n", "Remote",
        "interface Dev { void on(); void off(); }\nclass Tv implements Dev { public void on() { } public void off() { } }\nclass Fm implements Dev { public void on() { } public void off() { } }\nclass Remote { Dev dev; void a() { dev.on(); } void b() { dev.off(); } }\nclass Big extends Remote { }\n",
    ),
    (
        "bridge", "py",
        "from abc import ABC, abstractmethod\nclass Implementation(ABC):\n    @abstractmethod\n    def do(self): ...\nclass A(Implementation):\n    def do(self): return 1\nclass B(Implementation):\n    def do(self): return 2\nclass View:\n    def __init__(self, implementation: Implementation):\n        self.implementation = implementation\n    def show(self): return self.implementation.do()\nclass Wide(View):\n    pass\n", "View",
        "from abc import ABC, abstractmethod\nclass Implementation(ABC):\n    @abstractmethod\n    def do(self): ...\nclass A(Implementation):\n    def do(self): return 1\nclass View:\n    def __init__(self, implementation: Implementation):\n        self.implementation = implementation\n    def show(self): return self.implementation.do()\nclass Wide(View):\n    pass\n",
    ),
    (
        "facade", "java",
        "class A { void a() { } }\nclass B { void b() { } }\nclass HomeFacade { A a; B b; void all() { a.a(); b.b(); } }", "HomeFacade",
        "class A { void a() { } }\nclass B { void b() { } }\nclass Home { A a; B b; void all() { a.a(); b.b(); } }",
    ),
    (
        "flyweight", "java",
        "class Leaf { }\nclass Leaves { Map<String, Leaf> pool; Leaf get(String k) { if (!pool.containsKey(k)) pool.put(k, new Leaf()); return pool.get(k); } }", "Leaves",
        "class Leaf { }\nclass Leaves { Map<String, Leaf> pool; Leaf get(String k) { return pool.get(k); } }",
    ),
    (
        "observer", "ts",
        "interface Listener { tell(): void }\nclass Bell { private list: Listener[] = []; subscribe(l: Listener) { this.list.push(l) } notify() { for (const l of this.list) l.tell() } }", "Bell",
        "interface Listener { tell(): void }\nclass Bell { private list: Listener[] = []; subscribe(l: Listener) { this.list.push(l) } size() { return this.list.length } }",
    ),
    (
        "chain-of-responsibility", "java",
        "abstract class H { H next; void go() { if (next != null) next.go(); } }\nclass A extends H { }\nclass B extends H { }\n", "H",
        "class H { H next; void go() { if (next != null) next.go(); } }\n",
    ),
    (
        "command", "java",
        "class Light { void on() { } }\ninterface Command { void execute(); }\nclass On implements Command { Light l; public void execute() { l.on(); } }\nclass Off implements Command { Light l; public void execute() { l.on(); } }\nclass Button { Command c; void press() { c.execute(); } }\n", "Command",
        "class Light { void on() { } }\ninterface Command { void execute(); }\nclass On implements Command { Light l; public void execute() { l.on(); } }\nclass Off implements Command { public void execute() { } }\n",
    ),
    (
        "iterator", "rs",
        "struct Up(u8);\nimpl Iterator for Up { type Item = u8; fn next(&mut self) -> Option<u8> { Some(self.0) } }\n", "Up",
        "struct Up(u8);\nimpl Up { fn next(&mut self) -> Option<u8> { Some(self.0) } }\n",
    ),
    (
        "iterator", "py",
        "class Up:\n    def __iter__(self): return self\n    def __next__(self): return 1\n", "Up",
        "class Up:\n    def __iter__(self): return iter([])\n",
    ),
    (
        "mediator", "java",
        "class Tower { A a; B b; void tell() { a.hear(); b.hear(); } }\nclass A { Tower t; void hear() { t.tell(); } }\nclass B { Tower t; void hear() { t.tell(); } }\n", "Tower",
        "class Tower { A a; B b; void tell() { a.hear(); b.hear(); } }\nclass A { Tower t; void hear() { } }\nclass B { Tower t; void hear() { } }\n",
    ),
    (
        "mediator", "ts",
        "class ChatMediator { private users: User[] = []; tell() { for (const u of this.users) u.hear() } }\nclass User { constructor(private chat: ChatMediator) {} hear() {} }\n", "ChatMediator",
        "class Tree { private nodes: Node[] = []; tell() { for (const n of this.nodes) n.hear() } }\nclass Node { constructor(private tree: Tree) {} hear() { this.tree.tell() } }\n",
    ),
    (
        "proxy", "java",
        SHAPES + "class Late implements Shape { Dot dot; public void draw() { if (dot == null) dot = new Dot(); dot.draw(); } }", "Late",
        SHAPES + "class Late implements Shape { Dot dot; Late() { dot = new Dot(); } public void draw() { dot.draw(); } }",
    ),
    (
        "memento", "ts",
        "class Memento { constructor(private s: string) {} }\nclass Doc { s = ''; save(): Memento { return new Memento(this.s) } restore(m: Memento) { this.s = m.get() } }", "Doc",
        "class Memento { constructor(private s: string) {} }\nclass Doc { s = ''; save(): Memento { return new Memento(this.s) } read(m: Memento) { return 1 } }",
    ),
    (
        "state", "java",
        "abstract class State { Player p; abstract void play(); }\nclass On extends State { void play() { p.change(new Off()); } }\nclass Off extends State { void play() { p.change(new On()); } }\nclass Player { State s; void change(State n) { s = n; } void play() { s.play(); } }\n", "Player",
        "abstract class State { abstract void play(); }\nclass On extends State { void play() { } }\nclass Off extends State { void play() { } }\nclass Player { State s; void change(State n) { s = n; } void play() { s.play(); } }\n",
    ),
    (
        "strategy", "rs",
        "trait Route { fn plan(&self) -> u8; }\nstruct Car; struct Foot;\nimpl Route for Car { fn plan(&self) -> u8 { 1 } }\nimpl Route for Foot { fn plan(&self) -> u8 { 2 } }\nstruct Map { route: Box<dyn Route> }\nimpl Map { fn new(route: Box<dyn Route>) -> Self { Map { route } }\n fn go(&self) -> u8 { self.route.plan() } }\n", "Map",
        "trait Route { fn plan(&self) -> u8; }\nstruct Car;\nimpl Route for Car { fn plan(&self) -> u8 { 1 } }\nstruct Map { route: Box<dyn Route> }\nimpl Map { fn new(route: Box<dyn Route>) -> Self { Map { route } }\n fn go(&self) -> u8 { self.route.plan() } }\n",
    ),
    (
        "template-method", "py",
        "class Job:\n    def run(self):\n        self.open()\n        self.close()\n    def open(self): raise NotImplementedError\n    def close(self): raise NotImplementedError\nclass One(Job):\n    def open(self): return 1\n    def close(self): return 2\n", "Job",
        "class Job:\n    def run(self):\n        self.open()\n        self.close()\n    def open(self): return 1\n    def close(self): return 1\nclass One(Job):\n    def open(self): return 1\n    def close(self): return 2\n",
    ),
    (
        "visitor", "java",
        "interface V { void visitA(A a); void visitB(B b); }\nclass A { void accept(V v) { v.visitA(this); } }\nclass B { void accept(V v) { v.visitB(this); } }\n", "V",
        "interface V { void visitA(A a); void visitB(B b); }\nclass A { }\nclass B { }\n",
    ),
    ("newtype", "rs", "struct M(f64);\nimpl M { fn get(&self) -> f64 { self.0 } }\n", "M", "struct M(f64, f64);\nimpl M { fn get(&self) -> f64 { self.0 } }\n"),
    (
        "typestate", "rs",
        "struct Open;\nstruct Closed;\nstruct Door<S> { s: PhantomData<S> }\nimpl Door<Open> { fn close(self) -> Door<Closed> { Door { s: PhantomData } } }\n", "Door",
        "struct Door<S> { s: Vec<S> }\nimpl Door<Open> { fn close(self) -> Door<Closed> { Door { s: x() } } }\n",
    ),
    (
        "raii-guard", "rs",
        "struct Guard { lock: L }\nimpl Drop for Guard { fn drop(&mut self) { self.lock.release() } }\n", "Guard",
        "struct Guard { lock: L }\nimpl Guard { fn drop(&mut self) { self.lock.release() } }\n",
    ),
    ("metaclass", "py", "class M(type):\n    pass\n", "M", "class M(Base):\n    pass\n"),
    (
        "descriptor", "py",
        "class D:\n    def __get__(self, o, t): return 1\n    def __set__(self, o, v): return None\n", "D",
        "class D:\n    def __get__(self, o, t): return 1\n",
    ),
    (
        "registry", "py",
        "class R:\n    known: dict[str, Plugin] = {}\n    def register(self, name, one): self.known[name] = one\n    def get(self, name): return 2\n", "R",
        "class R:\n    known: list[Plugin] = []\n    def register(self, name, one): self.known[name] = one\n    def get(self, name): return 2\n",
    ),
    (
        "operations-struct", "c",
        "struct ops { int (*open)(int); int (*read)(int); void (*close)(void); };\n", "ops",
        "struct ops { int open; int read; void (*close)(void); };\n",
    ),
    ("crtp", "cpp", "class A : public Base<A> { };\n", "A", "class A : public Base<int> { };\n"),
    (
        "pimpl", "cpp",
        "class A { public: void f(); private: class Impl; std::unique_ptr<Impl> impl_; };\n", "A",
        "class A { public: std::unique_ptr<Other> impl_; };\n",
    ),
    (
        "functional-options", "go",
        "package a\ntype Option func(*S)\nfunc WithA(a int) Option { return nil }\nfunc WithB(b int) Option { return nil }\nfunc WithC(c int) Option { return nil }\n", "Option",
        "package a\ntype Option func(*S)\nfunc WithA(a int) Option { return nil }\n",
    ),
    (
        "middleware", "go",
        "package a\nfunc Log(next http.Handler) http.Handler { return http.HandlerFunc(func(w W, r R) { next.ServeHTTP(w, r) }) }\n", "Log",
        "package a\nfunc Log() http.Handler { return http.HandlerFunc(func(w W, r R) { w.Write(nil) }) }\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "suffix", "program", "at", "without"), PLANTED)
def test_planted_patterns(patterns, pattern, suffix, program, at, without):
    """Found at its type, and worth nothing to the other."""
    found = [f for f in patterns({f"a/a.{suffix}": program}) if f.type == pattern]
    assert at in [f.name for f in found]
    assert pattern not in [f.type for f in patterns({f"a/a.{suffix}": without})]


@pytest.mark.parametrize(("pattern", "suffix", "program", "at", "without"), PLANTED)
def test_reformatting_changes_nothing(patterns, pattern, suffix, program, at, without):
    """The same patterns with the same confidence, wherever the lines break and whatever stands above."""
    mark = "# a licence\n\n" if suffix == "py" else "/* a licence */\n\n"
    spaced = program if suffix == "py" else program.replace("{ ", "{\n  ")
    expected = {(f.type, f.name, f.confidence) for f in patterns({f"a/a.{suffix}": program})}
    assert {(f.type, f.name, f.confidence) for f in patterns({f"a/a.{suffix}": mark + spaced})} == expected


def test_opaque_handles(patterns):
    """A name in the header, the body in the source; with the body in the header it is open."""
    header, body = "typedef struct db db_t;\n", "struct db { int a; };\n"
    (found,) = [f for f in patterns({"db.h": header, "db.c": body}) if f.type == "opaque-handle"]
    assert (found.name, found.at.path, found.at.line) == ("db_t", b"db.h", 1)
    assert not [f for f in patterns({"db.h": header + body, "db.c": ""}) if f.type == "opaque-handle"]


def test_structure_alone_is_worth_little(patterns):
    """What other things look like too needs a word in a name or documentation."""
    late = (
        "class Late implements Shape { Dot dot; public void draw() { if (dot == null) dot = new Dot(); dot.draw(); } }"
    )
    (said,) = [f for f in patterns({"a.java": f"{SHAPES}/** A proxy. */ {late}"}) if f.type == "proxy"]
    (unsaid,) = [f for f in patterns({"a.java": SHAPES + late}) if f.type == "proxy"]
    assert unsaid.confidence <= 0.5 < said.confidence == TIERS["B"]
    assert (said.evidence, unsaid.evidence) == ("lexical", "structural")
    assert said.metrics["words"] == ["proxy"]


#: What was found once in real code, and was none.
NONE = [
    ("pimpl", "cpp", "class DBImpl;\nclass Iter { private: DBImpl* const db_; public: void f(); };"),
    ("typestate", "rs", "struct Id<T> { raw: u32, m: PhantomData<T> }\nimpl<T> Id<T> { fn cast<U>(self) -> Id<U> { Id { raw: self.raw, m: PhantomData } } }\n"),
    ("singleton", "java", "class F { static final F ZERO = new F(0); static final F ONE = new F(1); private F(int n) { } static F of(int n) { return new F(n); } }"),
    ("singleton", "go", "package a\nfunc NewA() *A { logOnce.Do(func() { log() }); return &A{} }\n"),
    ("factory-method", "rs", "struct A;\nstruct B;\ntrait Draw { fn draw(&self); }\nstruct P;\nimpl Draw for P { fn draw(&self) { A::new(); } }\nstruct Q;\nimpl Draw for Q { fn draw(&self) { B::new(); } }\n"),
    ("adapter", "go", "package a\ntype Plug interface { Insert() }\ntype Old struct {}\nfunc (o *Old) Push() {}\ntype Fit struct { old *Old }\nfunc (f *Fit) Insert() { f.old.Push() }\n"),
    ("functional-options", "go", "package a\ntype AddOptions pb.AddOptions\nfunc WithA(a int) Op { return nil }\nfunc WithB(b int) Op { return nil }\nfunc WithC(c int) Op { return nil }\n"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "suffix", "program"), NONE)
def test_what_only_looks_like_one_in_real_code_is_none(patterns, pattern, suffix, program):
    """Mistakes of detectors that a reader found do not come back."""
    assert pattern not in [f.type for f in patterns({f"a/a.{suffix}": program})]


def test_types_over_several_files(patterns):
    """Methods count for the type they are of, in whichever file of the folder they are; other folders are apart."""
    trait = "pub trait Route { fn plan(&self) -> u8; }\n"
    files = {
        "a/route.rs": trait,
        "a/car.rs": "pub struct Car;\nimpl Route for Car { fn plan(&self) -> u8 { 1 } }\n",
        "a/foot.rs": "pub struct Foot;\nimpl Route for Foot { fn plan(&self) -> u8 { 1 } }\n",
        "a/map.rs": "struct Map { route: Box<dyn Route> }\nimpl Map { fn new(route: Box<dyn Route>) -> Self { Map { route } }\n fn go(&self) -> u8 { self.route.plan() } }\n",
    }
    assert ("strategy", "Map") in {(f.type, f.name) for f in patterns(files)}
    apart = {path.replace("a/map", "b/map"): text for path, text in files.items()} | {"c/route.rs": trait}
    assert ("strategy", "Map") not in {(f.type, f.name) for f in patterns(apart)}


def test_findings_are_rows_of_patterns(patterns):
    """Level, rule, place, confidence, figures and further places, all of them where they are."""
    program = "\n" + PLANTED[0][2]
    found = patterns({"a/A.java": program})
    laid = table(found, {b"a/A.java": b"id"})
    assert set(laid) == {field.name for field in PATTERNS}
    assert rows(laid) == len(found) == 1
    assert (laid["level"].strings(), laid["rule"].strings(), laid["line"].tolist()) == (
        ["L2"],
        ["design-singleton"],
        [2],
    )
    assert program.encode()[laid["start"][0] : laid["end"][0]].startswith(b"class A")
    assert {place["says"] for place in json.loads(laid["places"].strings()[0])} == {"instance: one", "access: get"}


def test_nothing_comes_of_nothing(patterns):
    """No files, no types, types without a path: no patterns."""
    assert patterns({}) == []
    assert patterns({"a.py": "x = 1\n"}) == []
