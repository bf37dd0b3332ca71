# ruff: noqa: E501 - a row is a line
"""Types and members: what extends what, fields, methods, and what their bodies do, of small programs."""

from __future__ import annotations

import pytest

#: Grammar, program, its types (kind name: supertypes; modifiers; words), its members (type|trait|kind name: of; takes;
#: modifiers; traits).
PROGRAMS = [
    (
        "python",
        '''
class Shape(abc.ABC, Generic[T], metaclass=M):
    """A visitor of observers."""
    sides: int = 0
    _pool = {}
    def __init__(self, painter: Painter, *, size=1):
        super().__init__()
        self.painter = painter
        self.size = size
        self.parts: list[Part] = []
        self.log = Logger("x")
    @abc.abstractmethod
    def area(self) -> float: ...
    @classmethod
    def square(cls, n: int) -> "Shape":
        return Square(n)
    def draw(self):
        if self.painter is None:
            return self
        for part in self.parts:
            part.draw()
        self.painter.paint(self.size)
        self.prepare()
    def off(self):
        """No."""
        raise NotImplementedError
''',
        "class Shape: ABC,Generic,metaclass=M; abstract,public; observer,visitor",
        """
        Shape||field sides: int; ; ;
        Shape||field _pool: ; ; ;
        Shape||constructor __init__: ; Painter,; public; calls-super,assigns-field:log,assigns-field:painter,assigns-field:parts,assigns-field:size,new:Logger
        Shape||field painter: Painter; ; ;
        Shape||field size: ; ; ;
        Shape||field parts: list[Part]; ; ;
        Shape||field log: Logger; ; ;
        Shape||method area: float; ; abstract,public;
        Shape||method square: "Shape"; ,int; public,static; new:Square,returns-new:Square
        Shape||method draw: ; ; public; calls-field:painter.paint,calls-own:prepare,compares-null:painter,loops-field:parts,returns-self
        Shape||method off: ; ; public; throws-only
        """,
    ),
    (
        "rust",
        """
/// A builder.
pub struct Plan<T> { pub name: String, steps: Vec<Box<dyn Step>> }
pub struct Meters(pub f64);
enum Tree { Leaf, Node(Box<Tree>) }
impl<T> Plan<T> {
    pub fn new() -> Self { Plan { name: a() } }
    pub fn name(mut self, name: &str) -> Self { self.name = name; self }
    fn run(&mut self) { for s in self.steps.iter() { s.go() } self.done(); self.other.flush() }
    fn made() -> Box<dyn Step> { Box::new(Walk::new(1)) }
    fn poll(self: Pin<&mut Self>) -> Poll<u8> { Poll::Ready(1) }
}
impl<T> fmt::Display for Plan<T> { fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result { write(f) } }
pub trait Step: Send + Sync { fn go(&self); fn twice(&self) { self.go() } }
""",
        """
        struct Plan: Display; generic,public; builder
        struct Meters: ; public;
        enum Tree: ; ;
        trait Step: Send,Sync; public;
        """,
        """
        Plan||field name: String; ; public;
        Plan||field steps: Vec<Box<dyn Step>>; ; ;
        Meters||field 0: f64; ; public;
        Tree||constant Leaf: ; ; ;
        Tree||field Node: (Box<Tree>); ; ;
        Plan||method new: Self; ; public,static; new:Plan,returns-new:Plan
        Plan||method name: Self; mut self,&str; public; assigns-field:name,returns-self
        Plan||method run: ; &mut self; mutable; calls-field:other.flush,calls-field:steps.iter,calls-own:done,loops-field:steps
        Plan||method made: Box<dyn Step>; ; static; new:Walk,returns-new:Walk
        Plan||method poll: Poll<u8>; self: Pin<&mut Self>; mutable;
        Plan|Display|method fmt: fmt::Result; &self,&mut Formatter<'_>; public;
        Step||method go: ; &self; abstract,public;
        Step||method twice: ; &self; public; calls-own:go
        """,
    ),
    (
        "go",
        """package x
type Server struct { Base; *Log; a, b int; next Handler }
type Handler interface { io.Closer; Serve(w Writer, r *Request) error }
func (s *Server) Serve(w Writer, a, b int) (*Server, error) {
	if s.next != nil { s.next.Serve(w, nil) }
	for _, o := range s.list { o.Do() }
	s.count, other.x = 1, 2
	return &Server{a: 1}, nil
}
func (s Server) With(n int) Server { s.a = n; return s }
""",
        """
        struct Server: Base,Log; public;
        interface Handler: Closer; public; handler
        """,
        """
        Server||field Base: Base; ; ;
        Server||field Log: Log; ; ;
        Server||field a: int; ; ;
        Server||field b: int; ; ;
        Server||field next: Handler; ; ;
        Handler||method Serve: error; Writer,*Request; abstract,public;
        Server||method Serve: (*Server, error); Writer,int,int; mutable,public; calls-field:next.Serve,compares-null:next,loops-field:list,assigns-field:count,new:Server,returns-new:Server
        Server||method With: Server; int; public; assigns-field:a,returns-self
        """,
    ),
    (
        "typescript",
        """
export abstract class Store<T> extends Base<T> implements A, ns.B {
  private static instance?: Store
  readonly size = 1
  constructor(private readonly log: Log) { super() }
  static get(): Store { if (!Store.instance) Store.instance = new Store(); return Store.instance }
  protected abstract load(key: string): Promise<T>
  on(f) { this.listeners.push(f); return this }
  emit() { this.listeners.forEach(f => f()); for (const f of this.extra) f(); this.log.write('x') }
  boom() { throw new Error() }
}
interface I extends K<T> { a: string; m(x: number): void }
""",
        """
        class Store: Base,A,B; abstract,generic,public;
        interface I: K; ;
        """,
        """
        Store||field instance: Store; ; private,static;
        Store||field size: ; ; final;
        Store||constructor constructor: ; Log; public; calls-super
        Store||field log: Log; ; final,private;
        Store||method get: Store; ; public,static; new:Store
        Store||method load: Promise<T>; string; abstract,protected;
        Store||method on: ; ; public; calls-field:listeners.push,returns-self
        Store||method emit: ; ; public; calls-field:listeners.forEach,calls-field:log.write,loops-field:extra,loops-field:listeners
        Store||method boom: ; ; public; throws-only,new:Error
        I||field a: string; ; ;
        I||method m: void; number; abstract;
        """,
    ),
    (
        "java",
        """
public final class Cache extends Base<T> implements Map.Entry<K, V>, I {
    private static Cache instance;
    private final List<Observer> observers, more;
    private Cache(Clock clock) { super(clock); this.clock = clock; }
    public static Cache get() { if (instance == null) { instance = new Cache(null); } return instance; }
    @Override public void run() { for (Observer o : observers) o.update(this); helper(); this.more.add(1); }
    protected abstract Cache self();
    void helper() { throw new X(); }
}
record P(int x) implements Q { }
enum Color { RED, BLUE; }
""",
        """
        class Cache: Base,Entry,I; final,public; cache
        class P: Q; ;
        enum Color: ; ;
        """,
        """
        Cache||field instance: Cache; ; private,static;
        Cache||field observers: List<Observer>; ; final,private;
        Cache||field more: List<Observer>; ; final,private;
        Cache||constructor Cache: ; Clock; private; calls-super,assigns-field:clock
        Cache||method get: Cache; ; public,static; assigns-field:instance,compares-null:instance,new:Cache,returns-field:instance
        Cache||method run: void; ; override,public; calls-field:more.add,calls-own:helper,loops-field:observers
        Cache||method self: Cache; ; abstract,protected;
        Cache||method helper: void; ; ; new:X,throws-only
        P||field x: int; ; ;
        Color||constant RED: ; ; ;
        Color||constant BLUE: ; ; ;
        """,
    ),
    (
        "c",
        "struct ops { int (*open)(struct file *, int), flags; const char *name; };\n",
        "struct ops: ; public;",
        """
        ops||field open: int (*)(struct file *, int); ; public;
        ops||field flags: int; ; public;
        ops||field name: char *; ; public;
        """,
    ),
    (
        "cpp",
        """
class Shape : public Base<Shape>, private virtual ns::Other {
public:
  virtual ~Shape() = default;
  virtual double area() const = 0;
  Shape& scale(double f) { factor_ = f; return *this; }
  void draw() override;
private:
  std::unique_ptr<Impl> impl_;
  double factor_;
};
void Shape::draw() { if (!impl_) return; impl_->draw(); for (auto& c : children_) c.draw(); auto p = std::make_unique<Part>(1); scale(2); }
""",
        "class Shape: Base,Other; public,recurring;",
        """
        Shape||method ~Shape: ; ; public,virtual;
        Shape||method area: double; ; abstract,public,virtual;
        Shape||method scale: Shape &; double; public; assigns-field:factor_,returns-self
        Shape||method draw: void; ; override,public;
        Shape||field impl_: std::unique_ptr<Impl>; ; private;
        Shape||field factor_: double; ; private;
        Shape||method draw: void; ; public; calls-field:impl_.draw,calls-own:scale,compares-null:impl_,new:Part
        """,
    ),
]  # fmt: skip


def _lines(text):
    return [" ".join(line.split()) for line in text.strip().splitlines()]


def _sorted(words):
    return ",".join(sorted(words.split(",")))


@pytest.mark.parametrize(("grammar", "program", "expected"), [row[:3] for row in PROGRAMS])
def test_types(read, grammar, program, expected):
    """Every type with what it extends, how it is modified, and the words that may name a pattern."""
    rows = read("types", grammar, program)
    found = [f"{r['kind']} {r['name']}: {r['supertypes']}; {r['modifiers']}; {r['words']}".strip() for r in rows]
    assert found == _lines(expected)


@pytest.mark.parametrize(("grammar", "program", "expected"), [(row[0], row[1], row[3]) for row in PROGRAMS])
def test_members(read, grammar, program, expected):
    """Every field and method, with what methods do, in the order of their places."""
    found = []
    for r in read("members", grammar, program):
        head = f"{r['type']}|{r['trait']}|{r['kind']} {r['name']}: {r['of']}; {r['takes']}; {r['modifiers']};"
        found.append(" ".join(f"{head} {_sorted(r['traits'])}".split()))
    wanted = []
    for line in _lines(expected):
        head, _, traits = line.rpartition(";")
        wanted.append(f"{head}; {_sorted(traits.strip())}".strip())
    assert found == wanted
