"""The grammar of GitHub's expressions. Source: GitHub Docs, "Evaluate expressions in workflows and actions"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?))|"
    r"(?P<name>[A-Za-z_][\w-]*)|(?P<mark>&&|\|\||==|!=|<=|>=|[<>!().,\[\]*]))"
)
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))
_DEPTH = 40
#: Characters of an expression. Source: as above; GitHub's own limit is 21,000.
_LONGEST = 21_000


class Unreadable(ValueError):
    """No expression."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, truth value or null (None)."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Path:
    """A name with its parts: ``matrix.os``, ``github.event.inputs.x``; ``*`` stands for a part that is computed."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; its name in lower case."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """``!x``."""

    of: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two sides."""

    operator: str
    left: Node
    right: Node


Node = Literal | Path | Call | Not | Binary


def parse(text: str) -> Node:
    """Parse an expression, without ``${{ }}``. Raises Unreadable."""
    if len(text) > _LONGEST:
        raise Unreadable("it is too long")
    return _Parser(_tokens(text)).whole()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"unexpected {text[at : at + 10]!r}")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.level(0)
        if self.at < len(self.tokens):
            raise Unreadable(f"unexpected {self.tokens[self.at][1]!r}")
        return node

    def level(self, number: int) -> Node:
        if number == len(_LEVELS):
            return self.unary()
        left = self.level(number + 1)
        while self.peek() in _LEVELS[number]:
            operator = self.take()
            left = Binary(operator, left, self.level(number + 1))
        return left

    def unary(self) -> Node:
        self.depth += 1
        if self.depth > _DEPTH:
            raise Unreadable("it is nested too deeply")
        try:
            if self.peek() == "!":
                self.take()
                return Not(self.unary())
            return self.primary()
        finally:
            self.depth -= 1

    def primary(self) -> Node:
        if self.at >= len(self.tokens):
            raise Unreadable("it ends too early")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "text":
            return Literal(text[1:-1].replace("''", "'"))
        if kind == "number":
            return Literal(float(int(text, 0)) if "x" in text else float(text))
        if text == "(":
            node = self.level(0)
            self.expect(")")
            return node
        if kind != "name":
            raise Unreadable(f"unexpected {text!r}")
        if self.peek() == "(":
            return self.call(text)
        return self.path(text)

    def call(self, name: str) -> Node:
        self.take()
        arguments = []
        while self.peek() != ")":
            arguments.append(self.level(0))
            if self.peek() == ",":
                self.take()
            elif self.peek() != ")":
                raise Unreadable(f"{name}() is not closed")
        self.take()
        node = Call(name.lower(), tuple(arguments))
        return self.path_of(node) if self.peek() in {".", "["} else node

    def path_of(self, node: Node) -> Node:
        """Give parts of a function's value: nothing that is known here."""
        self.path("computed")
        return Call("computed", (node,))

    def path(self, name: str) -> Node:
        lower = name.lower()
        if lower in {"true", "false", "null"} and self.peek() not in {".", "["}:
            return Literal({"true": True, "false": False, "null": None}[lower])
        parts = [name]
        while self.peek() in {".", "["}:
            if self.take() == ".":
                kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
                if kind != "name" and text != "*":
                    raise Unreadable("a name is missing behind a dot")
                self.at += 1
                parts.append(text)
            else:
                inner = self.level(0)
                self.expect("]")
                fixed = isinstance(inner, Literal) and isinstance(inner.value, str)
                parts.append(str(inner.value) if fixed and isinstance(inner, Literal) else "*")
        return Path(tuple(parts))

    def peek(self) -> str:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return text if kind == "mark" else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def expect(self, mark: str) -> None:
        if self.peek() != mark:
            raise Unreadable(f"{mark!r} is missing")
        self.at += 1
