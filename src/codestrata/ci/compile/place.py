"""Where expressions stand: what they may name there, and which of it is known already."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from codestrata.ci.document import Mark, Problems
from codestrata.ci.expressions import Expression, ExpressionError, ScopeTypes, Template, Type, parse, written
from codestrata.ci.expressions.bind import Known, bind, unparse
from codestrata.ci.expressions.mistakes import article
from codestrata.ci.expressions.nodes import Attribute, Literal, Name, Node, walk
from codestrata.ci.forms.given import Word

_parsed = lru_cache(maxsize=2048)(parse)
_template = lru_cache(maxsize=2048)(Template.parse)


@dataclass(frozen=True, slots=True)
class Place:
    """A place for expressions: ``types`` of names there, values that are ``known``, and whom to tell of mistakes.

    ``used`` gathers what is asked for: ``params.fast``, ``matrix.os``, ``env.CI``.
    """

    types: ScopeTypes
    problems: Problems
    known: Known = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def knowing(self, known: Known) -> Place:
        """Give the place with more known values."""
        return replace(self, known={**self.known, **known})

    def condition(self, word: Word | None) -> str:
        """Give a condition in its one way of writing; "" for none, and where it is always true."""
        if word is None:
            return ""
        found = self.expression(word, "bool")
        if found is None:
            return ""
        bound = bind(found.node, self.known)
        return "" if isinstance(bound, Literal) and bound.value is True else unparse(bound)

    def expression(self, word: Word, kind: str = "") -> Expression | None:
        """Read and check an expression; tells what is wrong, then gives None."""
        try:
            found = _parsed(str(word))
            given = found.type(self.types)
            self._note(found.node)
            if kind and given.kind != kind:
                hint = 'compare it: x == "…"' if given.kind == "str" else "compare it: x > 0" if given.number else ""
                raise found.error(article(f"a condition has to be a bool, not a {given}"), hint)
        except ExpressionError as error:
            self._tell(error, word.mark)
            return None
        return found

    def type(self, found: Expression) -> Type:
        """Give the type of an expression that was checked."""
        return found.type(self.types)

    def template(self, word: str) -> Template:
        """Read and check a text with expressions; tells what is wrong, then gives the text without."""
        if not isinstance(word, Word) or "${{" not in word:
            return Template((str(word),) if word else ())
        try:
            found = _template(str(word))
            for one in found.expressions:
                self._note(one.node)
            found.check(self.types)
        except ExpressionError as error:
            self._tell(error, word.mark)
            return Template(())
        return found

    def text(self, word: str) -> str:
        """Give a text with known values in it, and what is not known as it is, in one way of writing."""
        return "".join(self.part(one) for one in self.template(word).parts)

    def part(self, one: str | Expression) -> str:
        """Give a part of a template as a template again."""
        if isinstance(one, str):
            return one.replace("${{", "$${{")
        bound = bind(one.node, self.known)
        if isinstance(bound, Literal):
            return written(bound.value).replace("${{", "$${{")
        return f"${{{{ {unparse(bound)} }}}}"

    def fixed(self, word: str, name: str) -> str:
        """Give a text that has to be known before anything runs: params.* and matrix.* may be in it."""
        found = self.text(word)
        if "${{" in found.replace("$${{", "") and isinstance(word, Word):
            hint = "only params.* and matrix.* are known before it runs"
            self.problems.error(word.mark, "not-known-yet", f'"{name}" has to be known before anything runs', hint)
        return found.replace("$${{", "${{")

    def _note(self, node: Node) -> None:
        for one in walk(node):
            if isinstance(one, Attribute) and isinstance(one.of, Name):
                self.used.add(f"{one.of.name}.{one.name}")

    def _tell(self, error: ExpressionError, mark: Mark) -> None:
        self.problems.error(mark, "expression", str(error.message), error.hint)


def as_written(word: Word | None, condition: str) -> str:
    """Give a condition as its author wrote it, where the one way of writing it is another text; "" else."""
    told = "" if word is None else " ".join(str(word).split())
    return told if condition and told != condition else ""
