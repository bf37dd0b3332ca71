"""What rules mean, said plainly: one matcher asked of one node. The fast way (``narrow``) has to agree with it.

Captures are kept in an immutable mapping that every step gives back longer, or not at all where it fails.
Source: ast-grep's matchers (crates config and core), whose answers the tests compare with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise, takewhile
from typing import Any

from codestrata.analyze.rules.alignment import Captures, aligned
from codestrata.analyze.rules.matchers import (
    All,
    Compiled,
    Follows,
    Has,
    Inside,
    Kind,
    Matcher,
    Not,
    Nth,
    Precedes,
    Regex,
    Relation,
    Snippet,
    Some,
    Stop,
)
from codestrata.analyze.rules.tree import Tree


def matched(rule: Compiled, tree: Tree, node: int) -> Captures | None:
    """Give what a rule captures at a node, or None where it does not match."""
    found = look(rule.matcher, tree, node, {})
    if found is None:
        return None
    for name, matcher in rule.constraints.items():
        at = found.get(name)
        if isinstance(at, int):
            found = look(matcher, tree, at, found)
            if found is None:
                return None
    return found


def look(matcher: Matcher, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    """Ask a matcher of a node, given what was captured so far."""
    return _LOOKS[type(matcher)](matcher, tree, node, so_far)


def _kind(matcher: Kind, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    return so_far if tree.kind[node] in matcher.numbers else None


def _regex(matcher: Regex, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    return so_far if matcher.compiled.search(tree.text(node)) else None


def _snippet(matcher: Snippet, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    if matcher.kind >= 0 and tree.kind[node] != matcher.kind:
        return None
    return aligned(matcher.root, tree, node, so_far)


def _all(matcher: All, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    found: Captures | None = so_far
    for part in matcher.parts:
        if found is None:
            return None
        found = look(part, tree, node, found)
    return found


def _any(matcher: Some, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    return _first(matcher.parts, lambda part: look(part, tree, node, so_far))


def _not(matcher: Not, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    return so_far if look(matcher.part, tree, node, so_far) is None else None


def _nth(matcher: Nth, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    above, of = tree.parent[node], matcher.of
    if above < 0:
        return None
    among = [one for one in tree.children(above) if tree.named(one)]
    if of is not None:
        among = [one for one in among if look(of, tree, one, so_far) is not None]
    if node not in among:
        return None
    index = (among[::-1] if matcher.reverse else among).index(node) + 1
    if not placed(matcher, index):
        return None
    return look(of, tree, node, so_far) if of is not None else so_far


def placed(matcher: Nth, index: int) -> bool:
    """Say whether a place, counted from 1, is one of those meant."""
    if matcher.step == 0:
        return index == matcher.offset
    steps, rest = divmod(index - matcher.offset, matcher.step)
    return rest == 0 and steps >= 0


def _inside(matcher: Inside, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    def outer(pair: tuple[int, int]) -> Captures | None:
        inner, above = pair
        if matcher.field and tree.child(above, matcher.field) != inner:
            return None
        return look(matcher.other, tree, above, so_far)

    chain = [node, *_reached(matcher, tree, tree.ancestors(node))]
    return _first(pairwise(chain), outer)


def _has(matcher: Has, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    def inner(one: int) -> Captures | None:
        return look(matcher.other, tree, one, so_far)

    top = tree.child(node, matcher.field) if matcher.field else -1
    if matcher.field and top < 0:
        return None
    if matcher.stop is Stop.NEIGHBOR:
        return inner(top) if matcher.field else _first(tree.children(node), inner)
    if matcher.stop is Stop.END:
        return _first(range(top if matcher.field else node + 1, tree.after[top if matcher.field else node]), inner)
    if not matcher.field:
        return _first(_until(matcher.stop, tree, node), inner)
    found = inner(top)
    if found is not None or look(matcher.stop, tree, top, {}) is not None:
        return found
    return _first(tree.children(top), inner)


def _until(stop: Matcher, tree: Tree, node: int) -> Iterator[int]:
    """Give what a node holds in order; nothing below what matches ``stop``."""
    at, end = node + 1, tree.after[node]
    while at < end:
        yield at
        at = tree.after[at] if look(stop, tree, at, {}) is not None else at + 1


def _precedes(matcher: Precedes, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    return _first(_reached(matcher, tree, tree.later(node)), lambda one: look(matcher.other, tree, one, so_far))


def _follows(matcher: Follows, tree: Tree, node: int, so_far: Captures) -> Captures | None:
    return _first(_reached(matcher, tree, tree.earlier(node)), lambda one: look(matcher.other, tree, one, so_far))


def _reached(matcher: Relation, tree: Tree, nodes: Iterator[int]) -> Iterator[int]:
    """Cut nodes where a relation stops looking: the one that stops it is still looked at."""
    stop = matcher.stop
    if stop is Stop.END:
        return nodes
    ended = False

    def going_on(one: int) -> bool:
        nonlocal ended
        if ended:
            return False
        ended = stop is Stop.NEIGHBOR or look(stop, tree, one, {}) is not None
        return True

    return takewhile(going_on, nodes)


def _first(asked: Any, ask: Callable[[Any], Captures | None]) -> Captures | None:
    return next((found for found in map(ask, asked) if found is not None), None)


_LOOKS: dict[type, Callable[..., Captures | None]] = {
    Kind: _kind,
    Regex: _regex,
    Snippet: _snippet,
    All: _all,
    Some: _any,
    Not: _not,
    Nth: _nth,
    Inside: _inside,
    Has: _has,
    Precedes: _precedes,
    Follows: _follows,
}
