"""What an expression is made of: a tree of nodes, each with the column (from 1) at which it stands in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written."""

    at: int
    value: bool | int | float | str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values."""

    at: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the scope, or a field of a row in a predicate."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """A part by its name: ``repo.name``; ``repo["name"]`` is the same."""

    at: int
    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """An item of a list by its number, from 0."""

    at: int
    of: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function's value."""

    at: int
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """``not x`` or ``-x``."""

    at: int
    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands with an operator between them."""

    at: int
    operator: str
    left: Node
    right: Node


Node = Literal | ListOf | Name | Attribute | Index | Call | Unary | Binary


def children(node: Node) -> tuple[Node, ...]:
    """Give the nodes right below one."""
    match node:
        case ListOf(items=below) | Call(arguments=below):
            return below
        case Attribute(of=one) | Unary(operand=one):
            return (one,)
        case Index(of=left, key=right) | Binary(left=left, right=right):
            return (left, right)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Give a node and all below it."""
    yield node
    for one in children(node):
        yield from walk(one)
