"""Patterns of single languages: how Rust, Go, Python, C and C++ say what others need classes for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.analyze.patterns.hit import Hit
from codestrata.analyze.patterns.world import World

_POINTER = re.compile(r"\(\s*(?:\w+\s+)?\*")
_OPERATIONS = 3
_GUARD = re.compile(r"(Guard|Handle|Lock|Scope|Permit|Token|Restore|Cleanup|Span|Entered)")
_HIDDEN = re.compile(r"_?(Impl|impl|Private|Pimpl|Data)")


def newtypes(world: World) -> Iterator[Hit]:
    """Rust: a type of its own around one other, with something of its own to do."""
    for one in world.types:
        if one.language == "Rust" and one.kind == "struct" and [f.name for f in one.fields] == ["0"] and one.methods:
            kept = one.fields[0]
            if "PhantomData" not in kept.of:
                text = f"{one.name} is a type of its own around {kept.of}."
                yield Hit("newtype", one, "A", text, others=((kept, "around"),))


def typestates(world: World) -> Iterator[Hit]:
    """Rust: a marker of the state in the type, and methods that take the value and give it in another state.

    States are types of the repository; a parameter instead is a conversion.
    """
    for one in world.types:
        marks = [f for f in one.fields if "PhantomData<" in f.of]
        moves = [
            m for m in one.methods
            if "by-value" in m.modifiers and m.sort.name == one.name
            and any(world.near(name, one) for name in m.sort.names[1:])
        ]  # fmt: skip
        if one.language == "Rust" and "generic" in one.modifiers and marks and moves:
            text = f"{one.name} carries its state in {marks[0].of}; {moves[0].name} gives it as {moves[0].of}."
            yield Hit("typestate", one, "A", text, others=((marks[0], "state"), (moves[0], "moves")))


def guards(world: World) -> Iterator[Hit]:
    """Rust and C++: what is undone when a value goes."""
    for one in world.types:
        drops = [m for m in one.methods if m.name == "drop" and m.trait == "Drop"]
        if one.language == "C++":
            drops = [
                m for m in one.methods if m.name == f"~{one.name}" and (m.said("calls-field") or m.said("calls-own"))
            ]
        acts = [m for m in drops if m.does]
        if acts:
            said = (one.name,) if _GUARD.search(one.name) else ()
            text = f"{one.name} gives back what it holds when it goes ({acts[0].name})."
            yield Hit("raii-guard", one, "A" if one.language == "Rust" else "C", text, said, ((acts[0], "gives back"),))


def metaclasses(world: World) -> Iterator[Hit]:
    """Python: classes of classes, and descriptors."""
    for one in world.types:
        if one.language != "Python":
            continue
        names = {m.name: m for m in one.methods}
        if "type" in one.supertypes or "ABCMeta" in one.supertypes or "EnumMeta" in one.supertypes:
            yield Hit("metaclass", one, "A", f"{one.name} is a class of classes.")
        if "__get__" in names and names.keys() & {"__set__", "__set_name__", "__delete__"}:
            text = f"{one.name} says what reading and writing an attribute means."
            yield Hit("descriptor", one, "A", text, others=((names["__get__"], "reads"),))


def registries(world: World) -> Iterator[Hit]:
    """A map by name that others are put into, and found in."""
    for one in world.types:
        for kept in (f for f in one.fields if f.sort.map or f.of == "dict"):
            puts = [m for m in one.plain if re.match(r"_?register", m.name, re.IGNORECASE) and m.touches(kept.name)]
            gets = [
                m
                for m in one.plain
                if re.match(r"(get|find|lookup|resolve|create|by_|__getitem__)", m.name, re.IGNORECASE)
            ]
            if puts and gets and puts[0] is not gets[0]:
                text = f"{one.name} keeps {kept.sort.name or 'others'} in {kept.name}: {puts[0].name} puts one in,"
                text += f" {gets[0].name} finds it."
                others = ((kept, "map"), (puts[0], "puts"), (gets[0], "finds"))
                yield Hit("registry", one, "B", text, (puts[0].name,), others)
                break


def operations(world: World) -> Iterator[Hit]:
    """C: a struct of pointers to functions, one for each operation."""
    for one in world.types:
        if one.language not in {"C", "C++"} or one.kind not in {"struct", "class"} or one.methods:
            continue
        pointers = [f for f in one.fields if _POINTER.search(f.of)]
        if len(pointers) >= _OPERATIONS and 2 * len(pointers) > len(one.fields):
            text = f"struct {one.name} has a pointer to a function for each of {len(pointers)} operations."
            others = tuple((f, "operation") for f in pointers[:5])
            yield Hit("operations-struct", one, "A", text, others=others, metrics={"operations": len(pointers)})


def curious(world: World) -> Iterator[Hit]:
    """C++: a class that is the argument of its own base, and one that hides what it is made of behind a pointer."""
    for one in world.types:
        if one.language != "C++":
            continue
        if "recurring" in one.modifiers:
            yield Hit("crtp", one, "A", f"{one.name} is the argument of its own base {one.supertypes[0]}.")
        for kept in one.fields:
            own = _HIDDEN.fullmatch(kept.sort.name.removeprefix(one.name))  # Impl, or AImpl of A
            if own and "private" in kept.modifiers and ("*" in kept.of or "_ptr" in kept.of):
                inner = world.near(kept.sort.name, one)
                if inner is None or inner.path != one.path or inner.start > one.start:
                    text = f"{one.name} hides what it is made of in {kept.sort.name}, behind {kept.name}."
                    yield Hit("pimpl", one, "B", text, (kept.sort.name,), ((kept, "pointer"),))
                    break


DETECTORS = (newtypes, typestates, guards, metaclasses, registries, operations, curious)
