"""From words to a tree: precedence climbing, with limits on depth and size.

From weakest to strongest: ``or``, ``and``, ``not``, comparisons and ``in``, ``+ -``, ``* /``, ``-x``, then calls,
attributes and indices.
"""

from __future__ import annotations

from collections.abc import Iterator

from codestrata.ci.expressions.mistakes import Mistake
from codestrata.ci.expressions.nodes import Attribute, Binary, Call, Index, ListOf, Literal, Name, Node, Unary
from codestrata.ci.expressions.tokens import Token, tokens

#: Levels of brackets, calls and signs, at most.
DEEPEST = 24
#: Nodes, at most.
LARGEST = 400

_STRENGTH = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
_COMPARED = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")
_NOT, _COMPARES, _SIGN = 3, 4, 7
_WORDS = {"true": True, "false": False}
_OPERATORS = {"and", "or", "not", "in"}
#: Whole numbers fit into eight bytes, as columns do.
_HIGHEST = 2**63 - 1


def tree(text: str) -> Node:
    """Read a text; raises Mistake."""
    reader = _Reader(tokens(text))
    if reader.now.kind == "end":
        raise Mistake(1, "the expression is empty", "write a condition such as success()")
    found = reader.expression(0, 0)
    if reader.now.kind != "end":
        raise Mistake(reader.now.at, f"did not expect {reader.now.value!r}", _stray(reader.now))
    return found


def _stray(token: Token) -> str:
    if token.value in _COMPARED:
        return "comparisons do not chain: write a < b and b < c"
    return "an operator (and, or, ==, …) is missing before it" if token.kind != "mark" else "is a bracket too much?"


class _Reader:
    """The words, one ahead."""

    def __init__(self, words: Iterator[Token]) -> None:
        self.words = words
        self.now = next(words)
        self.nodes = 0

    def take(self) -> Token:
        """Give the word and go on."""
        taken = self.now
        if taken.kind != "end":
            self.now = next(self.words)
        self.nodes += 1
        if self.nodes > LARGEST:
            raise Mistake(taken.at, f"the expression has more than {LARGEST} words", "divide it into several columns")
        return taken

    def met(self, *values: str) -> Token | None:
        """Take the word if it is one of these."""
        return self.take() if self.now.kind in {"mark", "name"} and self.now.value in values else None

    def must(self, value: str, opened: Token) -> None:
        """Take the word that has to come."""
        if not self.met(value):
            said = f"did not expect {self.now.value!r}" if self.now.kind != "end" else "it ends too early"
            raise Mistake(self.now.at, said, f"{value!r} is missing for the {opened.value!r} at column {opened.at}")

    def expression(self, weakest: int, depth: int) -> Node:
        """Read operands as long as their operators are strong enough."""
        if depth > DEEPEST:
            raise Mistake(self.now.at, f"the expression is more than {DEEPEST} levels deep", "divide it into columns")
        left = self.prefix(depth)
        while operator := self.operator(weakest):
            strength = _STRENGTH.get(operator.value, _COMPARES)
            right = self.expression(strength + 1, depth + 1)
            left = Binary(operator.at, operator.value, left, right)
            if strength == _COMPARES and self.now.kind != "end" and self.now.value in _COMPARED:
                raise Mistake(self.now.at, f"did not expect {self.now.value!r}", _stray(self.now))
        return left

    def operator(self, weakest: int) -> Token | None:
        """Take an operator that is at least so strong; ``not in`` is one."""
        token = self.now
        if token.kind not in {"mark", "name"}:
            return None
        if token.value == "not" and weakest <= _COMPARES:
            self.take()
            if not self.met("in"):
                raise Mistake(token.at, "did not expect 'not'", "write not before a condition, or: x not in list")
            return Token("name", "not in", token.at)
        strength = _COMPARES if token.value in _COMPARED else _STRENGTH.get(token.value, -1)
        return self.take() if strength >= max(weakest, 1) else None

    def prefix(self, depth: int) -> Node:
        """Read ``not x``, ``-x`` or an operand."""
        if token := self.met("not"):
            return Unary(token.at, "not", self.expression(_NOT, depth + 1))
        if token := self.met("-"):
            return Unary(token.at, "-", self.expression(_SIGN, depth + 1))
        return self.postfix(self.operand(depth), depth)

    def postfix(self, node: Node, depth: int) -> Node:
        """Read what follows an operand."""
        steps = 0
        while token := self.met(".", "["):
            steps += 1
            if steps + depth > DEEPEST:
                raise Mistake(token.at, f"more than {DEEPEST} parts after another")
            if token.value == "[":
                key = self.expression(0, depth + 1)
                self.must("]", token)
                by_name = isinstance(key, Literal) and isinstance(key.value, str)
                node = Attribute(token.at, node, str(key.value)) if by_name else Index(token.at, node, key)  # type: ignore[union-attr]
            elif self.now.kind == "name":
                node = Attribute(token.at, node, self.take().value)
            else:
                raise Mistake(self.now.at, "a name is missing after the dot", 'other texts go into brackets: x["a b"]')
        return node

    def operand(self, depth: int) -> Node:
        """Read a value, a name, a call, a list or brackets."""
        token = self.take()
        if token.kind == "number":
            return Literal(token.at, _number(token))
        if token.kind == "text":
            return Literal(token.at, token.value)
        if token.kind == "name" and token.value not in _OPERATORS:
            return self.named(token, depth)
        if token.value == "[":
            return ListOf(token.at, self.several("]", token, depth))
        if token.value == "(":
            inner = self.expression(0, depth + 1)
            self.must(")", token)
            return inner
        said = f"did not expect {token.value!r}" if token.kind != "end" else "it ends too early"
        raise Mistake(token.at, said, "a value is missing: a text in quotes, a number, a name or a call")

    def named(self, token: Token, depth: int) -> Node:
        """Read a word of the language, a call or a name."""
        if token.value in _WORDS:
            return Literal(token.at, _WORDS[token.value])
        if opened := self.met("("):
            return Call(token.at, token.value, self.several(")", opened, depth))
        return Name(token.at, token.value)

    def several(self, end: str, opened: Token, depth: int) -> tuple[Node, ...]:
        """Read values with commas between them, up to the closing bracket."""
        found: list[Node] = []
        while not self.met(end):
            if found and not self.met(","):
                self.must(end, opened)
            if found and self.met(end):  # a comma at the end
                break
            found.append(self.expression(0, depth + 1))
        return tuple(found)


def _number(token: Token) -> int | float:
    if "." in token.value:
        value = float(token.value)
        if value in {float("inf"), float("-inf")}:
            raise Mistake(token.at, "the number is too large")
        return value
    if len(token.value) > len(str(_HIGHEST)) or int(token.value) > _HIGHEST:
        raise Mistake(token.at, "the number is too large", f"whole numbers go up to {_HIGHEST}")
    return int(token.value)
