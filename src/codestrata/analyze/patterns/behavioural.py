"""Behavioural patterns between objects. Source: Gamma, Helm, Johnson, Vlissides: Design Patterns (1994), chapter 5."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.analyze.patterns.facts import Member, Type
from codestrata.analyze.patterns.hit import WORDS, Hit, Others
from codestrata.analyze.patterns.world import World

_ADDS = frozenset({"add", "append", "push", "push_back", "insert", "put", "emplace_back", "addLast", "offer", "set"})
_REGISTERS = re.compile(
    r"(attach|subscribe|register|add_?\w*(listener|observer|subscriber|handler)|on$|observe|connect|watch|listen)",
    re.IGNORECASE,
)
_LISTENS = re.compile(
    r"(attach|subscribe|register_?(listener|observer)|add_?\w*(listener|observer|subscriber)|observe)", re.IGNORECASE
)
_NOTIFIES = re.compile(r"(notify|emit|publish|fire|broadcast|dispatch|update_?all|inform)", re.IGNORECASE)
_EXECUTES = re.compile(r"(execute|undo|run|redo|invoke|perform|do)(?![a-z])", re.IGNORECASE)
_SAVES = re.compile(r"(save|create_?(memento|snapshot)|backup|snapshot|get_?(memento|state)|checkpoint)", re.IGNORECASE)
_RESTORES = re.compile(r"(restore|set_?(memento|state)|revert|undo|load|rollback)", re.IGNORECASE)
_NEXT = re.compile(r"_*(next|successor)\w*", re.IGNORECASE)
_TWO = 2
_FEW = 4


def observers(world: World) -> Iterator[Hit]:
    """Many that are told: a way to add one, and a method that calls each."""
    for one in world.types:
        if "EventEmitter" in one.supertypes:
            yield Hit("observer", one, "A", f"{one.name} is an EventEmitter.", ("EventEmitter",))
            continue
        for kept in (f for f in one.fields if "static" not in f.modifiers or f.kind == "field"):
            held = world.sort(kept.sort, one)
            if held is one or (held is not None and (held.kind == "enum" or held in world.ancestors(one))):
                continue
            adds = [m for m in one.plain if m.takes and _adds(m, kept, one) and kept.name not in m.said("loops-field")]
            tells = [m for m in one.plain if kept.name in m.said("loops-field") and m not in adds]
            if kept.sort.map and held is not None and held.abstract:  # lists by event
                adds = adds or [m for m in one.plain if _REGISTERS.match(m.name) and m.calls(kept.name) and m.takes]
                tells = tells or [m for m in one.plain if _NOTIFIES.match(m.name) and m.calls(kept.name)]
            told = [m for m in tells if _NOTIFIES.search(m.name)] or tells
            if not adds or not told:
                continue
            if held is not None and not held.abstract and not _NOTIFIES.search(told[0].name):
                continue
            said = tuple(m.name for m in (adds[0], told[0]) if _LISTENS.match(m.name) or _NOTIFIES.match(m.name))
            if not said and (held is None or not held.words & WORDS["observer"]):
                continue
            text = f"{one.name} holds {kept.sort.name or 'others'} in {kept.name}: {adds[0].name} adds one,"
            text += f" {told[0].name} goes to each."
            others: Others = ((kept, "held"), (adds[0], "adds"), (told[0], "tells"))
            others += ((held, "observer"),) if held else ()
            yield Hit("observer", one, "B", text, said, others)
            break


def _adds(method: Member, kept: Member, one: Type) -> bool:
    return bool(method.calls(kept.name) & _ADDS) or (one.language == "Go" and kept.name in method.said("assigns-field"))


def chains(world: World) -> Iterator[Hit]:
    """Handlers that hold the next of their kind, and pass on what they are asked."""
    for one in world.types:
        for kept in one.fields:
            following = world.sort(kept.sort, one)
            if (
                following is None
                or kept.sort.many
                or kept.sort.map
                or not (following is one or following in world.ancestors(one))
            ):
                continue
            kinds = [t for t in world.children[following] if t is not one]
            asked = {m.name for m in following.plain}
            passes = [m for t in (one, *world.children[one]) for m in t.plain if m.calls(kept.name) & asked]
            ends = any(kept.name in m.said("compares-null") for m in passes) or one.language == "Rust"
            if passes and len(kinds) >= _TWO and (ends or _NEXT.fullmatch(kept.name)):
                said = (kept.name,) if _NEXT.fullmatch(kept.name) else ()
                if not said and following is not one:
                    continue  # a decorator is the same but for the end
                text = f"{one.name} passes {passes[0].name} on to {kept.name}, another {following.name};"
                text += f" {len(kinds)} kinds."
                others: Others = ((kept, "next"), (passes[0], "passes on"), *((t, "handler") for t in kinds[:4]))
                yield Hit("chain-of-responsibility", one, "B", text, said, others, {"handlers": len(kinds)})
                break


def commands(world: World) -> Iterator[Hit]:
    """Calls as objects: a kind with a method to carry it out, subtypes with a receiver, somebody who holds them."""
    for one in world.types:
        if not one.abstract or len(world.children[one]) < _TWO:
            continue
        does = [m for m in one.plain if m.abstract and len(m.takes) <= 1 and _EXECUTES.match(m.name)]
        if not does or len([m for m in one.plain if m.abstract]) > _FEW:
            continue
        names = {m.name for m in does}
        concrete = [t for t in world.children[one] if any(_receives(world, t, m) for m in t.plain if m.name in names)]
        holders = [
            (t, f)
            for t in world.types
            for f in t.fields
            if world.sort(f.sort, t) is one and t not in world.children[one]
        ]
        if "command" in one.words:
            concrete = world.children[one]
        if len(concrete) >= _TWO and holders:
            text = f"{len(concrete)} kinds of {one.name} carry out {does[0].name} on receivers;"
            text += f" {holders[0][0].name} holds them."
            others: Others = ((holders[0][1], "invoker"), *((t, "command") for t in concrete[:5]))
            yield Hit("command", one, "C", text, others=others, metrics={"commands": len(concrete)})


def _receives(world: World, one: Type, method: Member) -> bool:
    above = (one, *world.ancestors(one))
    fields = [f for t in above for f in t.fields]
    return any(method.calls(f.name) for f in fields if world.sort(f.sort, one) is not None)


def iterators(world: World) -> Iterator[Hit]:
    """What gives one after another, by the protocol of its language."""
    for one in world.types:
        names = {m.name for m in one.plain}
        above = set(one.supertypes) | one.traits
        if one.abstract and one.language != "Rust":
            continue
        fits = {
            "Python": {"__iter__", "__next__"} <= names,
            "Rust": "Iterator" in above and "next" in names,
            "Java": any(name.endswith("Iterator") for name in above)
            and "next" in names
            and bool({"hasNext", "hasMore"} & names),
            "C++": {"operator++", "operator*"} <= names,
        }.get(one.language, False)
        if one.language in {"JavaScript", "TypeScript", "TSX"}:
            fits = "next" in names and ("Symbol.iterator" in str(names) or "[Symbol.iterator]" in names or
                                        any(name.endswith("Iterator") for name in above))  # fmt: skip
        if not fits and any(name.endswith("Iterator") for name in above):
            fits = bool({"next", "getNext", "Next", "get_next"} & names) and bool(
                {"hasNext", "hasMore", "HasNext", "valid", "has_next", "has_more"} & names
            )
        if fits:
            yield Hit("iterator", one, "A", f"{one.name} gives one element after another.", others=_steps(one))


def _steps(one: Type) -> tuple[tuple[Member, str], ...]:
    listed = [m for m in one.plain if m.name.lower().strip("_") in {"next", "getnext", "operator++"}]
    return tuple((m, "step") for m in listed[:1])


def mediators(world: World) -> Iterator[Hit]:
    """One that several kinds of colleagues ask, and that asks them in turn, while they do not know each other.

    Of one kind of colleague many are a list with a way back, such as a tree's node: that needs the word.
    """
    holding = _holding(world)
    for one in world.types:
        kinds = {one, *world.ancestors(one)}
        said = any("mediator" in kind.name.lower() for kind in kinds)
        held = [pair for kind in sorted(kinds, key=lambda t: (t.path, t.start)) for pair in holding.get(kind, ())]
        askers = list(dict.fromkeys(t for t, asks in held if (asks or said) and not world.related(t, one)))
        if one.abstract or not askers:
            continue
        told = [t for t in askers if _tells(world, one, t)]
        apart = not any(world.sort(f.sort, t) in told for t in told for f in t.fields)
        if said or (len(told) >= _TWO and apart and not _alike(world, told)):
            listed = told if len(told) >= _TWO else askers
            text = f"{one.name} stands between {', '.join(t.name for t in listed[:4])}, which know it"
            text += " and are told by it." if told == listed else "."
            others: Others = tuple((t, "colleague") for t in listed[:6])
            yield Hit("mediator", one, "B", text, ("mediator",) if said else (), others, {"colleagues": len(listed)})


def _holding(world: World) -> dict[Type, list[tuple[Type, bool]]]:
    """Give who has one of a type, and whether it calls it, by that type; of what is extended its subtypes."""
    found: dict[Type, list[tuple[Type, bool]]] = {}
    for one in world.types:
        for kept in one.fields:
            other = world.sort(kept.sort, one)
            if other is None or other is one or kept.sort.many or kept.sort.map:
                continue
            itself = any(m.calls(kept.name) for m in one.plain)
            below = [(t, itself or any(m.calls(kept.name) for m in t.plain)) for t in world.children[one]]
            found.setdefault(other, []).extend(below or [(one, itself)])
    return found


def _tells(world: World, one: Type, colleague: Type) -> bool:
    """Say whether a type calls a colleague that it holds, or goes through those that it holds."""
    kinds = {colleague, *world.ancestors(colleague)}
    held = [f.name for f in one.fields if world.sort(f.sort, one) in kinds]
    return any(m.calls(name) or name in m.said("loops-field") for m in one.plain for name in held)


def _alike(world: World, types: list[Type]) -> bool:
    """Say whether all of some types are of one kind here: then they are a list of parts."""
    return bool(frozenset.intersection(*(world.ancestors(t) | {t} for t in types)))


def mementos(world: World) -> Iterator[Hit]:
    """A state put into an object of another type, and taken back from one."""
    for one in world.types:
        for save in one.plain:
            kept = world.sort(save.sort, one) or next(
                (t for n in sorted(save.said("returns-new")) if (t := world.near(n, one))), None
            )
            if kept is None or kept is one or save.takes or not _made(world, save, kept):
                continue
            back = [
                m
                for m in one.plain
                if not _SAVES.match(m.name) and len(m.takes) == 1 and m.said("assigns-field") | m.said("calls-own")
                and m is not save
                and (world.sort(m.takes[0], one) is kept or (not m.takes[0].names and _RESTORES.match(m.name)))
            ]  # fmt: skip
            if back and (world.sort(back[0].takes[0], one) is kept or _SAVES.match(save.name)):
                said = tuple(m.name for m in (save, back[0]) if _SAVES.match(m.name) or _RESTORES.match(m.name))
                if len(said) < _TWO and not kept.words & WORDS["memento"]:
                    continue
                text = f"{save.name} of {one.name} gives its state as a {kept.name}, {back[0].name} takes it back."
                yield Hit("memento", one, "B", text, said, ((kept, "memento"), (save, "saves"), (back[0], "restores")))
                break


def _made(world: World, save: Member, kept: Type) -> bool:
    made = save.said("new") | save.said("returns-new")
    return kept.name in made or any(t.name in made for t in world.children[kept])


DETECTORS = (observers, chains, commands, iterators, mediators, mementos)
