"""Creational patterns. Source: Gamma, Helm, Johnson, Vlissides: Design Patterns (1994), chapter 3."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from codestrata.analyze.patterns.facts import UNTYPED, Member, Type
from codestrata.analyze.patterns.hit import Hit
from codestrata.analyze.patterns.world import World, methods_of

_INSTANCE = re.compile(r"_*(the_?)?(instances?|singleton|inst)_*$", re.IGNORECASE)
_GETS = re.compile(r"(get_?)?(the_?)?(shared_?)?(instance|singleton|default|shared)$", re.IGNORECASE)
_BUILDS = re.compile(
    r"(?:try_?)?(?:build|create|make|finish|construct|assemble|[Gg]et_?(?:[Rr]esult|[Pp]roduct)|done)(?![a-z])"
)
_COPIES = frozenset({"clone", "copy", "Clone", "deepCopy", "deep_copy", "duplicate", "__copy__", "clone_box"})
_FEWEST_STEPS = 2
_TWO = 2
_STEP = re.compile(r"(set|add|build|with|reset|put)_?[A-Z\d]|(set|add|build|with|produce)_\w|Produce[A-Z]")


def singletons(world: World) -> Iterator[Hit]:
    """One instance, kept by the type itself, and a static way to it."""
    for one in world.types:
        if one.kind == "enum":
            constants = [f for f in one.fields if f.kind == "constant"]
            if len(constants) == 1 and constants[0].name == "INSTANCE" and one.plain and one.language == "Java":
                yield Hit("singleton", one, "A", f"enum {one.name} has one constant, INSTANCE, with methods.")
            continue
        kept = [
            f
            for f in one.fields
            if "static" in f.modifiers and f.sort.name == one.name and not (f.sort.many or f.sort.map)
        ]
        for way in one.plain:
            if "static" in way.modifiers and len(way.takes) <= _TWO and (found := _accessor(one, way, kept)):
                yield found
                break
        else:
            yield from _python_singleton(one)


def _accessor(one: Type, way: Member, kept: list[Member]) -> Hit | None:
    closed = bool(one.constructors) and not any(_open(m) for m in one.constructors)
    names = {f.name for f in kept}
    lazy = bool((way.said("compares-null") | way.said("assigns-field")) & names) and one.name in way.said("new")
    returns = way.sort.name == one.name and not way.sort.many
    given = bool(way.said("returns-field") & names)
    single = len(kept) == 1 or any(_INSTANCE.fullmatch(name) for name in names)  # several are constants
    told = kept and (returns or given) and (lazy or (single and not way.takes))
    if told and (closed or (lazy and not one.constructors)):
        text = f"{one.name} keeps an instance of itself in {kept[0].name}, given by {way.name}; "
        text += "nobody else can construct it." if closed else "made on first use."
        return Hit("singleton", one, "A", text, others=((kept[0], "instance"), (way, "access")))
    if one.language == "C++" and returns and "&" in way.of and closed and _GETS.fullmatch(way.name):
        return Hit("singleton", one, "A", f"{way.name} gives a reference to the only {one.name}.", (way.name,))
    if kept and lazy and (returns or given):
        return Hit(
            "singleton", one, "B", f"{way.name} makes the {one.name} that {kept[0].name} keeps on first use.",
            (way.name,) if _GETS.fullmatch(way.name) else (),
        )  # fmt: skip
    return None


def _open(constructor: Member) -> bool:
    return not constructor.modifiers & {"private", "protected"}


def _python_singleton(one: Type) -> Iterator[Hit]:
    if one.language != "Python":
        return
    kept = [f for f in one.fields if _INSTANCE.fullmatch(f.name)]
    names = {m.name: m for m in one.methods}
    if kept and "__new__" in names:
        text = f"__new__ of {one.name} gives the instance kept in {kept[0].name}."
        yield Hit("singleton", one, "A", text, others=((kept[0], "instance"), (names["__new__"], "access")))
    elif kept and "type" in one.supertypes and "__call__" in names:
        text = f"metaclass {one.name} keeps the instances of its classes in {kept[0].name}."
        yield Hit("singleton", one, "A", text, others=((kept[0], "instances"), (names["__call__"], "access")))


def builders(world: World) -> Iterator[Hit]:
    """Steps that give the builder back, and a last one that gives something else."""
    for one in world.types:
        steps = [m for m in one.plain if _fluent(one, m)]
        distinct = {m.name for m in steps}
        if len(distinct) < _FEWEST_STEPS and "builder" in one.words:
            steps = [m for m in one.plain if _STEP.match(m.name) and (m.said("assigns-field") or m.said("calls-field"))]
            distinct = {m.name for m in steps}
        if len(distinct) < _FEWEST_STEPS:
            continue
        ends = [
            m for m in one.plain if _BUILDS.match(m.name.lstrip("_")) and m.sort.name not in {one.name, "Self", "self"}
        ]
        ends = [m for m in ends if m.name not in distinct and (m.of or m.said("new")) and m.of not in {"void", "()"}]
        if not ends:
            continue
        what = ends[0].sort.name or next(iter(sorted(ends[0].said("returns-new") or ends[0].said("new"))), "")
        named = "builder" in one.words or one.name.endswith(("Builder", "Config", "Options"))
        text = f"{one.name} has {len(distinct)} steps, and {ends[0].name} that gives {what or 'the result'}."
        others = (*((m, "step") for m in steps[:3]), (ends[0], "result"))
        said = (ends[0].name,) if ends[0].name.lower().startswith("build") else ()
        yield Hit("builder", one, "A" if said or named else "B", text, said, others, {"steps": len(distinct)})


def _fluent(one: Type, method: Member) -> bool:
    own = method.sort.name in {one.name, "Self", "self", "this"} and not method.sort.many
    back = "returns-self" in method.does
    assigned = bool(method.said("assigns-field") or method.said("calls-field")) and own
    return bool(method.takes) and "static" not in method.modifiers and (back or assigned)


def factories(world: World) -> Iterator[Hit]:
    """An abstract method that makes an abstract product, made differently by at least two subtypes."""
    for one in world.types:
        below = world.children[one]
        if not one.abstract or len(below) < _FEWEST_STEPS:
            continue
        made: dict[str, tuple[Type | None, list[Type]]] = {}
        for method in one.plain:
            product = world.sort(method.sort, one)
            if method.abstract and "static" not in method.modifiers and product is not one:
                makers = _makers(world, below, method, product)
                if len(makers) >= _FEWEST_STEPS:
                    made[method.name] = (product, makers)
        products = {product for product, _ in made.values()}
        if not made:
            continue
        name, (_, makers) = next(iter(made.items()))
        others = tuple((maker, "maker") for maker in makers[:6])
        if len(made) > 1 and len(products) > 1:
            text = f"{one.name} makes {len(made)} kinds of products ({', '.join(made)}), each subtype its own family."
            yield Hit("abstract-factory", one, "A", text, others=others, metrics={"products": len(made)})
        else:
            text = f"{name} of {one.name} is made by {len(makers)} subtypes, each with a product of its own."
            yield Hit("factory-method", one, "A", text, others=others, metrics={"makers": len(makers)})


def _makers(world: World, below: list[Type], method: Member, product: Type | None) -> list[Type]:
    """Give the subtypes whose method makes a product of its own: something of the product's kind, where it is known."""
    if product is not None and not product.abstract:
        return []
    made: dict[str, list[Type]] = defaultdict(list)
    for child in below:
        for own in methods_of([child], method.name):
            for name in sorted(own.said("returns-new") or own.said("new")):
                kind = world.near(name, child)
                if kind is None or kind is child:
                    continue
                unsaid = child.language in UNTYPED and not method.sort.names and world.parents[kind]
                if product is None and not unsaid:
                    continue
                if product is None or world.related(kind, product):
                    made[name].append(child)
                    break
    return [makers[0] for makers in made.values()] if len(made) > 1 else []


def prototypes(world: World) -> Iterator[Hit]:
    """A method that copies an object of whatever subtype it is."""
    for one in world.types:
        for method in one.plain:
            if method.name not in _COPIES or not method.abstract or method.takes:
                continue
            makers = [c for c in world.children[one] if any(_copies(c, m) for m in methods_of([c], method.name))]
            if len(makers) >= _FEWEST_STEPS:
                text = f"{len(makers)} subtypes of {one.name} make copies of themselves with {method.name}."
                yield Hit("prototype", one, "B", text, (method.name,), tuple((m, "copies") for m in makers[:6]))
                break


def _copies(child: Type, method: Member) -> bool:
    return bool(method.said("new") & {child.name, "Self", "this", "cls"}) or "calls-super" in method.does


DETECTORS = (singletons, builders, factories, prototypes)
