"""Parsing SPDX licence expressions.

Source: SPDX 3.0, Annex "SPDX licence expressions": WITH binds strongest, then AND, then OR; in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

_TOKEN = re.compile(r"[()]|[^\s()]+")
_OPERATORS = frozenset({"and", "or", "with"})


class Node(NamedTuple):
    """AND or OR over two or more sides."""

    operator: str
    sides: tuple[Tree, ...]


class With(NamedTuple):
    """A licence with an exception."""

    licence: str
    exception: str


#: A leaf is an id, as it is written.
Tree = Node | With | str
_Step = tuple[Tree, int]


def parse(expression: str) -> Tree:
    """Parse an expression, without asking whether its ids exist; raises ValueError for what is none."""
    tokens = _TOKEN.findall(expression)
    tree, at = _either(tokens, 0)
    if at < len(tokens):
        raise ValueError(tokens[at])
    return tree


def _either(tokens: Sequence[str], at: int) -> _Step:
    return _chain(tokens, at, "or", _both)


def _both(tokens: Sequence[str], at: int) -> _Step:
    return _chain(tokens, at, "and", _one)


def _chain(tokens: Sequence[str], at: int, operator: str, part: Callable[[Sequence[str], int], _Step]) -> _Step:
    side, at = part(tokens, at)
    sides = [side]
    while tokens[at : at + 1] and tokens[at].lower() == operator:
        if len(sides) > 1 and at + 1 == len(tokens):  # cut off: what stands there is still told
            return Node(operator.upper(), tuple(sides)), at + 1
        side, at = part(tokens, at + 1)
        sides.append(side)
    return (side if len(sides) == 1 else Node(operator.upper(), tuple(sides))), at


def _one(tokens: Sequence[str], at: int) -> _Step:
    """Parse what stands in parentheses, or an id, perhaps with an exception."""
    if tokens[at : at + 1] == ["("]:
        tree, at = _either(tokens, at + 1)
        if tokens[at : at + 1] != [")"]:
            raise ValueError(at)
        return tree, at + 1
    licence = _id(tokens, at)
    if tokens[at + 1 : at + 2] and tokens[at + 1].lower() == "with":
        return With(licence, _id(tokens, at + 2)), at + 3
    return licence, at + 1


def _id(tokens: Sequence[str], at: int) -> str:
    token = next(iter(tokens[at : at + 1]), ")")
    if token in {"(", ")"} or token.lower() in _OPERATORS:
        raise ValueError(token)
    return token
