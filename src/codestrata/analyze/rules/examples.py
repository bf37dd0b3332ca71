"""The examples of rules, tried: a rule has to be found in every positive one and in no negative one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codestrata.analyze.rules.load import Pack
from codestrata.analyze.rules.plain import matched
from codestrata.analyze.rules.rule import Rule
from codestrata.analyze.rules.tree import Tree
from codestrata.analyze.syntax.parse import parse


@dataclass(frozen=True, slots=True)
class Example:
    """One program of a rule in one grammar. ``found``: how often the rule is in it."""

    rule: Rule
    grammar: str
    positive: bool
    program: str
    found: int

    @property
    def passed(self) -> bool:
        """Say whether that is as it should be."""
        return (self.found > 0) == self.positive


def tried(pack: Pack, ids: Iterable[str] = ()) -> list[Example]:
    """Try the examples of rules, of all unless ids are given, in the order of the pack.

    A rule of several languages has to be right about a positive example in one of them, about a negative one in all.
    """
    wanted = set(ids)
    found: list[Example] = []
    for index, rule in enumerate(pack.rules):
        if not wanted or rule.id in wanted:
            found += [_tried(pack, index, program, positive=True) for program in rule.positive]
            found += [_tried(pack, index, program, positive=False) for program in rule.negative]
    return found


def _tried(pack: Pack, index: int, program: str, *, positive: bool) -> Example:
    """Try a program in every grammar of a rule, and tell of the one in which most was found."""
    rule = pack.rules[index]
    counts = {grammar: _count(pack, index, grammar, program) for grammar in rule.grammars}
    grammar = max(counts, key=counts.__getitem__)
    return Example(rule, grammar, positive, program, counts[grammar])


def _count(pack: Pack, index: int, grammar: str, program: str) -> int:
    compiled = pack.compiled(grammar).get(index)
    if compiled is None:
        return 0
    tree = Tree(parse(grammar, [program.encode()]))
    return sum(matched(compiled, tree, node) is not None for node in range(len(tree.nodes)))
