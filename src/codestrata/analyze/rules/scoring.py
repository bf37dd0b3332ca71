"""Rules scored over programs whose places are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from codestrata.analyze.rules.counts import Counts
from codestrata.analyze.rules.labelled import Place, Program
from codestrata.analyze.rules.load import Pack
from codestrata.analyze.rules.match import matches
from codestrata.analyze.syntax.parse import parse

#: Bytes of programs that are read together.
_TOGETHER = 1 << 20


@dataclass(slots=True)
class Score:
    """Counts by rule; ``wrong``: every place that was found and is not there, and ``missed``, with their programs."""

    counts: dict[str, Counts] = field(default_factory=dict)
    wrong: list[tuple[str, Place]] = field(default_factory=list)
    missed: list[tuple[str, Place]] = field(default_factory=list)
    programs: int = 0

    def by_level(self, pack: Pack) -> Mapping[str, Counts]:
        """Add the counts of the rules of each level."""
        found: dict[str, Counts] = {}
        for rule in pack.rules:
            if rule.id in self.counts:
                found[rule.level] = found.get(rule.level, Counts()) + self.counts[rule.id]
        return dict(sorted(found.items()))


def scored(pack: Pack, programs: Iterable[Program]) -> Score:
    """Score every rule that some program is about."""
    score = Score()
    by_grammar: dict[str, list[Program]] = {}
    for program in programs:
        by_grammar.setdefault(program.grammar, []).append(program)
    for grammar, several in by_grammar.items():
        for batch in _batches(several):
            for program, found in zip(batch, places(pack, grammar, [one.text for one in batch]), strict=True):
                _judge(score, program, found)
    return score


def _batches(programs: list[Program]) -> Iterable[list[Program]]:
    batch: list[Program] = []
    size = 0
    for program in programs:
        batch.append(program)
        size += len(program.text)
        if size > _TOGETHER:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def places(pack: Pack, grammar: str, texts: list[bytes]) -> list[set[Place]]:
    """Find every rule of a pack in programs of one grammar; gives the places in each."""
    nodes = parse(grammar, texts)
    found = matches(pack, nodes)
    first, last = nodes.lines(found.node)
    given: list[set[Place]] = [set() for _ in texts]
    rows = zip(*(part.tolist() for part in (nodes.files(found.node), found.rule, first, last)), strict=True)
    for file, rule, begin, end in rows:
        given[file].add(Place(pack.rules[rule].id, begin, end))
    return given


def _judge(score: Score, program: Program, found: set[Place]) -> None:
    """Hold what was found in a program against what is there."""
    judged = {place for place in found if place.rule in program.about}
    right = {place for place in judged if _known(place, program.places)}
    missed = {place for place in program.places if not _known(place, judged)}
    for place in judged:
        _add(score, place.rule, Counts(tp=1) if place in right else Counts(fp=1))
    for place in missed:
        _add(score, place.rule, Counts(fn=1))
    score.wrong += sorted((program.name, place) for place in judged - right)
    score.missed += sorted((program.name, place) for place in missed)
    score.programs += 1


def _known(place: Place, among: Iterable[Place]) -> bool:
    """Say whether a place is among others: the same lines, or over the one line that is known."""
    return any(other.rule == place.rule and _same(place, other) for other in among)


def _same(one: Place, other: Place) -> bool:
    if one.last and other.last:
        return (one.first, one.last) == (other.first, other.last)
    if one.last:
        return one.first <= other.first <= one.last
    return other.first <= one.first <= other.last


def _add(score: Score, rule: str, counts: Counts) -> None:
    score.counts[rule] = score.counts.get(rule, Counts()) + counts
