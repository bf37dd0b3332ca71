"""Hit: one design pattern as a detector sees it, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from codestrata.analyze.patterns.facts import Member, Type
from codestrata.analyze.patterns.world import World
from codestrata.analyze.records import TIERS
from codestrata.analyze.structure.finding import Finding, Spot
from codestrata.model.paths import bytes_of

#: The most that structure alone is worth where it is not enough.
UNSAID = {"B": 0.5, "C": 0.35}
#: What it was worth where it was read often enough (docs/evaluation.md): the part that was right, with the figure above
#: worth four places more.
READ = {"composite": 0.8, "decorator": 0.65, "raii-guard": 0.55}
#: Words of names and documentation that speak for a pattern, beside its own name's.
WORDS: dict[str, frozenset[str]] = {
    "singleton": frozenset({"singleton", "instance"}),
    "builder": frozenset({"builder"}),
    "factory-method": frozenset({"factory", "creator"}),
    "abstract-factory": frozenset({"factory"}),
    "prototype": frozenset({"prototype"}),
    "adapter": frozenset({"adapter", "adaptor", "wrapper"}),
    "bridge": frozenset({"bridge"}),
    "composite": frozenset({"composite", "component"}),
    "decorator": frozenset({"decorator", "wrapper"}),
    "facade": frozenset({"facade"}),
    "flyweight": frozenset({"flyweight", "pool", "cache", "factory"}),
    "proxy": frozenset({"proxy", "lazy"}),
    "chain-of-responsibility": frozenset({"chain", "handler", "responsibility", "middleware"}),
    "command": frozenset({"command", "action", "undo"}),
    "iterator": frozenset({"iterator"}),
    "mediator": frozenset({"mediator"}),
    "memento": frozenset({"memento", "snapshot"}),
    "observer": frozenset(
        {"observer", "listener", "subscriber", "observable", "subject", "publisher", "emitter", "event"}
    ),
    "state": frozenset({"state"}),
    "strategy": frozenset({"strategy", "policy"}),
    "template-method": frozenset({"template", "hook"}),
    "visitor": frozenset({"visitor"}),
}


Others = tuple[tuple[Type | Member, str], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern at a type. ``said``: names found that speak for it; ``others``: types that take part, and as what."""

    pattern: str
    at: Type
    tier: str
    description: str
    said: tuple[str, ...] = ()
    others: Others = ()
    metrics: dict[str, int] = field(default_factory=dict)


Detector = Callable[[World], Iterator[Hit]]


def finding(hit: Hit) -> Finding:
    """Make a row of **patterns** of a hit: tiers B and C are worth little without words."""
    types = [hit.at, *(one for one, _ in hit.others if isinstance(one, Type))]
    words = WORDS.get(hit.pattern, frozenset())
    said = sorted({*hit.said, *(word for one in types for word in one.words & words)})
    unsaid = READ.get(hit.pattern, UNSAID[hit.tier] if hit.tier != "A" else 0)
    confidence = max(TIERS[hit.tier], unsaid) if hit.tier == "A" or said else unsaid
    at = hit.at
    places = tuple(Spot(bytes_of(one.path), one.line, one.last_line, f"{as_}: {one.name}") for one, as_ in hit.others)
    return Finding(
        "L2",
        hit.pattern,
        f"design-{hit.pattern}",
        Spot(bytes_of(at.path), at.line, at.last_line, at.name),
        hit.description,
        confidence,
        name=at.name,
        evidence="structural" if hit.tier == "A" or not said else "lexical",
        span=(at.start, at.end),
        metrics={"tier": hit.tier, "words": said, **hit.metrics},
        places=places,
    )
