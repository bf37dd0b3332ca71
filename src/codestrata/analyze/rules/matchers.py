"""What a rule object is once it is compiled for one grammar: a tree of these, each asked of a node.

Source of what they mean: ast-grep, "Rule Object Reference" and "Pattern Syntax".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

#: Number of the kind ERROR.
ERROR_KIND = 65535


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """The node is of a kind: one of ``numbers``."""

    numbers: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Regex:
    """A regular expression is found somewhere in the node's bytes. ``compiled``: of RE2, asked with ``search``."""

    source: str
    compiled: Any


@dataclass(frozen=True, slots=True, eq=False)
class Snippet:
    """The node looks like a piece of code. ``kind``: what its root must be (of a selector), -1 for anything."""

    root: Piece
    kind: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Nth:
    """The node is at some place among its named siblings: step * n + offset from 1, for some n >= 0 (as CSS has it)."""

    step: int
    offset: int
    reverse: bool = False
    of: Matcher | None = None


class Stop(Enum):
    """How far a relation looks."""

    NEIGHBOR = "neighbor"
    END = "end"


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """The node stands in a relation to another that matches ``other``.

    ``stop``: how far to look, or up to and with the first node that matches; ``field``: number of the field by which
    the outer of the two knows the inner (or what holds it), 0 for any.
    """

    other: Matcher
    stop: Stop | Matcher = Stop.NEIGHBOR
    field: int = 0


class Inside(Relation):
    """It is within the other."""

    __slots__ = ()


class Has(Relation):
    """It holds the other."""

    __slots__ = ()


class Precedes(Relation):
    """The other comes behind it among its siblings."""

    __slots__ = ()


class Follows(Relation):
    """The other comes before it among its siblings."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class All:
    """All of these hold."""

    parts: tuple[Matcher, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Some:
    """One of these holds; what the first that does captures is captured."""

    parts: tuple[Matcher, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """It does not hold."""

    part: Matcher


Matcher = Kind | Regex | Snippet | Nth | Inside | Has | Precedes | Follows | All | Some | Not


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A word of a snippet: without children, matched by kind, and by ``text`` if it is named."""

    text: bytes
    kind: int
    named: bool


@dataclass(frozen=True, slots=True, eq=False)
class Inner:
    """A node of a snippet with children."""

    kind: int
    parts: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """``$A`` or, for nodes without a name too, ``$$A``. ``name``: "" captures nothing (``$_``)."""

    name: str
    named: bool


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """``$$$A``: any number of nodes. ``name``: "" captures nothing (``$$$``, ``$$$_A``)."""

    name: str


Piece = Leaf | Inner | Hole | Gap


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A rule for one grammar. ``constraints``: what single captures must match besides."""

    matcher: Matcher
    constraints: dict[str, Matcher]
