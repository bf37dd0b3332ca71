"""States, strategies, template methods, visitors: who decides what is done.

Source: Gamma, Helm, Johnson, Vlissides: Design Patterns (1994), chapter 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.analyze.patterns.facts import Member, Type
from codestrata.analyze.patterns.hit import Hit, Others
from codestrata.analyze.patterns.world import World, methods_of

_TWO = 2
_FEW = 4


def delegates(world: World) -> Iterator[Hit]:
    """What works through one of a kind with several subtypes: states when they change one another, strategies else."""
    for one in world.types:
        for kept in one.fields:
            kind = world.sort(kept.sort, one)
            if kind is None or kept.sort.many or kept.sort.map or not kind.abstract or world.related(kind, one):
                continue
            kinds, asked = world.children[kind], {m.name for m in kind.plain}
            calls = [m for m in one.plain if m.calls(kept.name) & asked]
            changes = [m for m in one.methods if kept.name in m.said("assigns-field")]
            if len(kinds) < _TWO or not (calls or ("state" in kind.words and changes)):
                continue
            if not changes and one.language in {"Python", "C++", "Java", "TypeScript"}:
                continue
            others: Others = ((kind, "kind"), (kept, "held"))
            others += (*((m, "asks") for m in calls[:1]), *((t, "variant") for t in kinds[:4]))
            if _changing(world, one, kind, kinds, changes):
                text = (
                    f"{one.name} does what its {kept.name}, one of {len(kinds)} {kind.name}s, says, and they change it."
                )
                yield Hit("state", one, "C", text, others=others, metrics={"states": len(kinds)})
                break
            if calls and len(asked) <= _FEW and _given(world, one, kind):
                text = (
                    f"{one.name} asks {kept.name}, one of {len(kinds)} {kind.name}s that it is given, for {min(asked)}."
                )
                yield Hit("strategy", one, "B", text, others=others, metrics={"strategies": len(kinds)})
                break


def _changing(world: World, one: Type, kind: Type, kinds: list[Type], changes: list[Member]) -> bool:
    """Say whether variants know whom they serve and make one another."""
    knows = [t for t in (kind, *kinds) if _knows(world, t, one)]
    names = {t.name for t in kinds}
    makes = [t for t in kinds if any(m.said("new") & (names - {t.name}) for m in t.plain)]
    own = [m for m in changes if m.kind != "constructor" and len(m.said("new") & names) > 0]
    return bool(knows) and bool(makes or own)


def _knows(world: World, variant: Type, one: Type) -> bool:
    kinds = {one, *world.ancestors(one)}
    held = any(world.sort(f.sort, variant) in kinds for f in variant.fields)
    return held or any(world.sort(s, variant) in kinds for m in variant.methods for s in m.takes)


def _given(world: World, one: Type, kind: Type) -> bool:
    return any(world.sort(s, one) is kind for m in one.methods for s in m.takes)


def templates(world: World) -> Iterator[Hit]:
    """A method that says the order of steps, which subtypes fill in."""
    for one in world.types:
        below = world.children[one]
        hooks = {m.name for m in one.plain if m.abstract}
        if not one.abstract or not below or not hooks:
            continue
        filled = {name for name in hooks if methods_of(below, name)}
        for method in one.plain:
            steps = method.said("calls-own") & filled
            if not method.abstract and (len(steps) >= _TWO or (steps and "final" in method.modifiers)):
                text = f"{method.name} of {one.name} says the order of {', '.join(sorted(steps)[:5])};"
                text += f" {len(below)} subtypes fill it in."
                others: Others = ((method, "template"), *((t, "fills in") for t in below[:5]))
                yield Hit("template-method", one, "A", text, others=others, metrics={"steps": len(steps)})
                break


def visitors(world: World) -> Iterator[Hit]:
    """One method for each kind of element, and elements that choose among them."""
    for one in world.types:
        visits = [m for m in one.plain if re.match(r"_?(visit|Visit|for)", m.name)]
        kinds = {s.name for m in visits for s in m.takes[:1] if world.sort(s, one)}
        names = {m.name for m in visits}
        if max(len(kinds), len(names)) < _TWO or not one.abstract:
            continue
        accepts = [
            (t, m) for t in world.types if t.family == one.family for m in t.plain
            if any(world.sort(s, t) is one for s in m.takes) and not world.related(t, one)
        ]  # fmt: skip
        unsaid = not accepts and one.language == "Python"
        if unsaid:
            accepts = [(t, m) for t in world.types for m in t.plain if m.name == "accept" and t.language == "Python"]
        if len({t for t, _ in accepts}) >= _TWO:
            text = f"{one.name} has a method for each of {len(names | kinds)} kinds; {len(accepts)} elements accept it."
            others: Others = (
                *((t, "element") for t, _ in accepts[:5]),
                *((t, "visitor") for t in world.children[one][:3]),
            )
            yield Hit("visitor", one, "A", text, others=others, metrics={"kinds": max(len(kinds), len(names))})


DETECTORS = (delegates, templates, visitors)
