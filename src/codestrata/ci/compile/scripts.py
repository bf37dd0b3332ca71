"""Expressions in scripts: their values come in by variables, never as part of the script's text.

What stands at a place decides how the variable is written there, so that a value is always one word and never code:
outside quotes ``"${STRATA_EXPR_1}"``, within double quotes ``${STRATA_EXPR_1}``, within single quotes the quotes are
closed and opened again. Values of the matrix are the author's own text and stand in the script as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from codestrata.ci.compile.place import Place
from codestrata.ci.compile.quotes import Quotes
from codestrata.ci.expressions import Expression, written
from codestrata.ci.expressions.bind import bind
from codestrata.ci.expressions.nodes import Attribute, Literal, Name
from codestrata.ci.forms.given import Word

#: Shells whose quotes are known here.
QUOTING = frozenset({"sh", "bash", "dash"})
_PREFIX = "STRATA_EXPR_"
_REFUSED = {
    "quoted document": (
        "in a here-document whose end is in quotes",
        "nothing is replaced there: write the end without quotes",
    ),
    "escaped": ("behind a backslash", "leave the backslash out: a value is one word, whatever is in it"),
}


@dataclass(slots=True)
class Script:
    """A script on its way: the text so far, and the variables it needs."""

    place: Place
    quotes: Quotes = field(default_factory=Quotes)
    env: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, one: Expression) -> str:
        """Give the name of the variable that holds an expression's value."""
        if isinstance(one.node, Attribute) and isinstance(one.node.of, Name) and one.node.of.name == "env":
            return one.node.name  # it is a variable already
        template = self.place.part(one)
        if template not in self.names:
            self.names[template] = f"{_PREFIX}{len(self.names) + 1}"
            self.env[self.names[template]] = template
        return self.names[template]


def rewrite(word: Word, place: Place, shell: str) -> tuple[str, dict[str, str]]:
    """Give a script without expressions, and the variables that stand for them (values are templates)."""
    script = Script(place)
    matrix = {name: values for name, values in place.known.items() if name == "matrix"}
    for one in place.template(word).parts:
        if isinstance(one, str):
            script.quotes.text += one
            continue
        bound = bind(one.node, matrix)
        if isinstance(bound, Literal):
            script.quotes.text += written(bound.value)
        elif shell not in QUOTING:
            said = f"${{{{ }}}} cannot be put into a script for {shell}"
            place.problems.error(
                word.mark, "expression-in-script", said, "put it into env, and read the variable there"
            )
        else:
            script.quotes.text += _reference(script, one, word)
    return script.quotes.text, script.env


def _reference(script: Script, one: Expression, word: Word) -> str:
    quotes = script.quotes.state()
    if quotes in _REFUSED:
        said, hint = _REFUSED[quotes]
        told = f"${{{{ {one.text.strip()} }}}} stands {said}"
        script.place.problems.error(word.mark, "expression-in-script", told, hint)
    name = script.add(one)
    match quotes:
        case "single":
            return f"'\"${{{name}}}\"'"
        case "":
            return f'"${{{name}}}"'
    return f"${{{name}}}"
