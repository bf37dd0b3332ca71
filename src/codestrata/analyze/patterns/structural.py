"""Structural patterns. Source: Gamma, Helm, Johnson, Vlissides: Design Patterns (1994), chapter 4."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.analyze.patterns.facts import UNTYPED, Member, Type
from codestrata.analyze.patterns.hit import WORDS, Hit, Others
from codestrata.analyze.patterns.world import World

_LOOKS = frozenset(
    {"get", "containsKey", "computeIfAbsent", "contains_key", "entry", "has", "find", "count", "contains", "at"}
)
_PUTS = frozenset(
    {"put", "putIfAbsent", "computeIfAbsent", "insert", "entry", "set", "emplace", "try_emplace", "setdefault"}
)
#: What puts something in on purpose.
_ENTERS = re.compile(r"_?(add|set|put|insert|register|push|store|save|update|grant)(?![a-z])", re.IGNORECASE)
#: What the two sides of a bridge are called.
_SIDES = re.compile(r"[Bb]ridge|[Ii]mplement(or|er|ation)$|^_?impl_?$|[a-z]Impl$")
_TWO = 2


def composites(world: World) -> Iterator[Hit]:
    """A type that holds many of the kind it is of, and does to each what is done to it."""
    for one in world.types:
        for kept in one.fields:
            element = world.sort(kept.sort, one)
            if not (kept.sort.many or kept.sort.map) or element is None or not _of_kind(world, one, element):
                continue
            names = {m.name for m in element.plain}
            each = [m for m in one.plain if kept.name in m.said("loops-field") and m.name in names]
            leaves = [t for t in world.children[element] if t is not one and not world.related(t, one)]
            if each and (leaves or element is one):
                text = f"{one.name} is a {element.name} that holds {element.name}s in {kept.name},"
                text += f" and does {each[0].name} to each."
                others: Others = (
                    (element, "component"),
                    (kept, "children"),
                    (each[0], "operation"),
                    *((t, "leaf") for t in leaves[:4]),
                )
                tier = "A" if leaves else "B"
                yield Hit("composite", one, tier, text, others=others, metrics={"leaves": len(leaves)})
                break


def _of_kind(world: World, one: Type, element: Type) -> bool:
    return element is one or element in world.ancestors(one)


def wrappers(world: World) -> Iterator[Hit]:
    """What is of a kind, holds one of the kind, and passes calls on: decorators and proxies."""
    for one in world.types:
        for kept in one.fields:
            inner = world.sort(kept.sort, one)
            if inner is None or kept.sort.many or kept.sort.map or inner is one:
                continue
            kind = _shared(world, one, inner)
            if kind is None:
                continue
            passed = [m for m in one.plain if m.name in m.calls(kept.name)]
            wanted = {m.name for m in kind.plain}
            if not [m for m in passed if m.name in wanted]:
                continue
            yield from _wrapper(world, one, kept, inner, kind, passed)
            break


def _shared(world: World, one: Type, inner: Type) -> Type | None:
    """Give the kind that a type and what it holds are both of."""
    if inner in world.ancestors(one):
        return inner if inner.abstract else None
    both = [t for t in world.ancestors(one) & world.ancestors(inner) if t.abstract]
    return min(both, key=lambda t: (t.path, t.line)) if both else None


def _wrapper(world: World, one: Type, kept: Member, inner: Type, kind: Type, passed: list[Member]) -> Iterator[Hit]:
    others: Others = ((kind, "kind"), (kept, "inner"), *((m, "passes on") for m in passed[:4]))
    made = {t.name for t in world.children[kind]} - {one.name}
    lazy = [m for m in one.plain if kept.name in m.said("assigns-field") and m.said("new") & made]
    if lazy or (one.words & WORDS["proxy"] and not one.words & WORDS["decorator"]):
        text = f"{one.name} stands for {inner.name}: it is a {kind.name}, and passes {passed[0].name} on to {kept.name}"
        text += f", which {lazy[0].name} makes." if lazy else "."
        yield Hit("proxy", one, "B", text, others=others, metrics={"passed": len(passed)})
        return
    if inner is not kind or any(c.said("new") & made for c in one.constructors):
        return  # one that makes what it holds hands on to a helper
    given = any(
        world.sort(s, one) is kind for c in one.methods for s in c.takes if c.kind == "constructor" or c.name == "new"
    )
    if given and any(t is not one and not world.related(t, one) for t in world.children[kind]):
        text = f"{one.name} is a {kind.name} around another, given to it, and adds to {passed[0].name}."
        yield Hit("decorator", one, "C", text, others=others, metrics={"passed": len(passed)})


def adapters(world: World) -> Iterator[Hit]:
    """What is of one kind, and does what is asked of it by calling something of no such kind by other names.

    Without the word it is what any type looks like that has a part to do its work: nothing is claimed then.
    """
    for one in world.types:
        if not one.words & WORDS["adapter"]:
            continue
        kinds = [t for t in world.parents[one] if t.abstract]
        for kept in one.fields:
            inner = world.sort(kept.sort, one)
            if not kinds or inner is None or kept.sort.many or kept.sort.map or inner.kind == "enum":
                continue
            if world.related(inner, one) or world.ancestors(inner) & world.ancestors(one):
                continue
            asked = {m.name for kind in kinds for m in kind.plain}
            turned = [m for m in one.plain if m.name in asked and m.calls(kept.name) - {m.name}]
            if turned:
                text = f"{one.name} makes a {kinds[0].name} of {inner.name}: {turned[0].name} calls "
                text += f"{kept.name}.{min(turned[0].calls(kept.name))}."
                others: Others = ((kinds[0], "target"), (inner, "adaptee"), (turned[0], "turns"))
                yield Hit("adapter", one, "C", text, others=others, metrics={"turned": len(turned)})
                break


def bridges(world: World) -> Iterator[Hit]:
    """An abstraction with subtypes that works through another one with subtypes, and that says so.

    Without the words it is what anything looks like that is built upon an interface: nothing is claimed then.
    """
    for one in world.types:
        below, above = world.children[one], sorted(t.name for t in world.ancestors(one) if t.abstract)
        for kept in one.fields:
            inner = world.sort(kept.sort, one)
            if inner is None or not (below or above) or kept.sort.many or kept.sort.map or "static" in kept.modifiers:
                continue
            if not inner.abstract or world.related(inner, one) or len(world.children[inner]) < _TWO:
                continue
            if not any(m.calls(kept.name) for t in (one, *below) for m in t.plain):
                continue
            said = _bridging(one, inner, kept)
            if said:
                side = f"{one.name}, a kind of {above[0]}, works" if above else ""
                side = f"{one.name} and its {len(below)} subtypes work" if below else side
                text = f"{side} through {inner.name},"
                text += f" which has {len(world.children[inner])}."
                others: Others = ((inner, "implementation"), (kept, "held"), *((t, "abstraction") for t in below[:3]))
                yield Hit("bridge", one, "C", text, said, others, {"subtypes": len(below)})
                break


def _bridging(one: Type, inner: Type, kept: Member) -> tuple[str, ...]:
    """Give the names that speak for a bridge: its own, or those of its two sides."""
    named = [name for name in (inner.name, kept.name) if _SIDES.search(name)]
    named += [one.name] if "Abstraction" in one.name else []
    return (*named, *(("bridge",) if "bridge" in one.words | inner.words else ()))


def facades(world: World) -> Iterator[Hit]:
    """A type in front of several others, that says so."""
    for one in world.types:
        if "facade" not in one.words:
            continue
        behind = {f.name: t for f in one.fields if (t := world.sort(f.sort, one)) is not None and t is not one}
        used = {name: t for name, t in behind.items() if any(m.calls(name) for m in one.plain)}
        used |= {n: t for m in one.methods for n in m.said("new") if (t := world.near(n, one)) is not None}
        if len(set(used.values())) >= _TWO:
            names = ", ".join(sorted({t.name for t in used.values()}))
            text = f"{one.name} stands in front of {names}."
            yield Hit("facade", one, "C", text, others=tuple((t, "behind") for t in used.values()))


def flyweights(world: World) -> Iterator[Hit]:
    """A map from which objects are given, made when they are not there yet."""
    for one in world.types:
        for kept in (f for f in one.fields if f.sort.map or f.of == "dict"):
            for method in one.plain:
                called, made = method.calls(kept.name), {n for n in method.said("new") if world.near(n, one)}
                product = world.sort(method.sort, one)
                if not method.of and one.language in UNTYPED:
                    product = product or next((world.near(n, one) for n in sorted(made)), None)
                filled = kept.name in method.said("fills-field")
                kept_once = filled or (called & _LOOKS and called & _PUTS)
                if not (kept_once and made and product and method.takes) or _ENTERS.match(method.name):
                    continue
                held = world.near(kept.sort.name, one)
                unsaid = held is None and (not kept.sort.names or not filled)
                if unsaid or (held is not None and world.related(held, product)):
                    text = f"{method.name} of {one.name} gives the {product.name} of a key from {kept.name}, made once."
                    yield Hit(
                        "flyweight", one, "B", text, others=((kept, "pool"), (method, "gives"), (product, "shared"))
                    )
                    break


DETECTORS = (composites, wrappers, adapters, bridges, facades, flyweights)
