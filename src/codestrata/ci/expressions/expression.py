"""An expression: read once, checked against the names of its place, evaluated as often as needed."""

from __future__ import annotations

from dataclasses import dataclass

from codestrata.ci.expressions.check import check
from codestrata.ci.expressions.evaluate import Scope, Value, evaluate
from codestrata.ci.expressions.grammar import tree
from codestrata.ci.expressions.mistakes import ExpressionError, Mistake
from codestrata.ci.expressions.nodes import Node
from codestrata.ci.expressions.types import ScopeTypes, Type


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression. ``where`` is its place for messages; ``offset``: characters before it in its template."""

    text: str
    node: Node
    where: str = ""
    offset: int = 0

    def type(self, scope: ScopeTypes) -> Type:
        """Give its type; raises ExpressionError where names, types or arguments do not fit."""
        try:
            return check(self.node, scope)
        except Mistake as error:
            raise error.told(self.text, self.where) from None

    def evaluate(self, scope: Scope) -> Value:
        """Give its value; never fails, whatever the scope holds."""
        return evaluate(self.node, scope)

    def error(self, message: str, hint: str = "") -> ExpressionError:
        """Make an error about the whole of it."""
        return ExpressionError(message, text=self.text, column=1, where=self.where, hint=hint)


def parse(text: str, where: str = "", *, offset: int = 0) -> Expression:
    """Read an expression; raises ExpressionError, which names text, column and a hint."""
    try:
        return Expression(text, tree(text), where, offset)
    except Mistake as error:
        raise error.told(text, where) from None
