"""Expressions in scripts: their values come in by variables, never as part of the script's text.

What stands at a place decides how the variable is written there, so that a value is always one word and never code:
outside quotes ``"${STRATA_EXPR_1}"``, within double quotes ``${STRATA_EXPR_1}``, within single quotes the quotes are
closed and opened again. Values of the matrix are the author's own text and stand in the script as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from codestrata.ci.compile.place import Place
from codestrata.ci.expressions import Expression, written
from codestrata.ci.expressions.bind import bind
from codestrata.ci.expressions.nodes import Attribute, Literal, Name
from codestrata.ci.forms.given import Word

#: Shells whose quotes are known here.
QUOTING = frozenset({"sh", "bash", "dash"})
_PREFIX = "STRATA_EXPR_"
_OUTSIDE = frozenset({"", "()", "``"})
_HEREDOC = re.compile(r"<<-?[ \t]*(?P<quote>['\"\\]?)(?P<end>[A-Za-z_]\w*)['\"]?")


@dataclass(slots=True)
class Script:
    """A script on its way: the text so far, and the variables it needs."""

    place: Place
    text: str = ""
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
            script.text += one
            continue
        bound = bind(one.node, matrix)
        if isinstance(bound, Literal):
            script.text += written(bound.value)
        elif shell not in QUOTING:
            said = f"${{{{ }}}} cannot be put into a script for {shell}"
            place.problems.error(
                word.mark, "expression-in-script", said, "put it into env, and read the variable there"
            )
        else:
            script.text += _reference(script, one, word)
    return script.text, script.env


def _reference(script: Script, one: Expression, word: Word) -> str:
    quotes = state(script.text)
    if quotes == "quoted document":
        said = f"${{{{ {one.text.strip()} }}}} stands in a here-document whose end is in quotes"
        hint = "nothing is replaced there: write the end without quotes"
        script.place.problems.error(word.mark, "expression-in-script", said, hint)
    name = script.add(one)
    match quotes:
        case "single":
            return f"'\"${{{name}}}\"'"
        case "":
            return f'"${{{name}}}"'
    return f"${{{name}}}"


def state(text: str) -> str:
    """Say within what the end of a script stands: "", single, double, document, quoted document, comment."""
    stack = [""]
    pending: list[tuple[str, bool]] = []
    place = 0
    while place < len(text):
        if text[place] == "\n" and pending and stack[-1] in _OUTSIDE:
            after, inside = _documents(text, place + 1, pending)
            if inside:
                return inside
            pending, place = [], after
            continue
        place += _step(text, place, stack, pending)
    return stack[-1] if stack[-1] in {"single", "double", "comment"} else ""


def _documents(text: str, place: int, pending: list[tuple[str, bool]]) -> tuple[int, str]:
    """Go over the here-documents that begin in the next line; says whether the text ends within one."""
    for end, quoted in pending:
        found = re.compile(rf"^\t*{re.escape(end)}$", re.MULTILINE).search(text, place)
        if not found or found.end() == len(text):
            return len(text), "quoted document" if quoted else "document"
        place = found.end()
    return place, ""


def _step(text: str, place: int, stack: list[str], pending: list[tuple[str, bool]]) -> int:
    """Take one character (or a pair of them) and say how many."""
    one, top = text[place], stack[-1]
    if top == "single":
        if one == "'":
            stack.pop()
        return 1
    if top == "comment":
        if one == "\n":
            stack.pop()
            return 0  # the line's end counts, too
        return 1
    if one == "\\":
        return 2
    return _opened(text, place, stack, pending)


def _opened(text: str, place: int, stack: list[str], pending: list[tuple[str, bool]]) -> int:
    one, top = text[place], stack[-1]
    if one == '"':
        stack.pop() if top == "double" else stack.append("double")
    elif text.startswith("$(", place) or (one == "(" and top != "double"):
        stack.append("()")
        return 2 if one == "$" else 1
    elif one == ")" and top == "()":
        stack.pop()
    elif one == "`":
        stack.pop() if top == "``" else stack.append("``")
    elif top != "double":
        return _outside(text, place, stack, pending)
    return 1


def _outside(text: str, place: int, stack: list[str], pending: list[tuple[str, bool]]) -> int:
    one = text[place]
    if one == "'":
        stack.append("single")
    elif one == "#" and (place == 0 or text[place - 1] in " \t\n;&|("):
        stack.append("comment")
    elif found := _HEREDOC.match(text, place):
        if not text.startswith("<<<", place):
            pending.append((found["end"], bool(found["quote"])))
            return found.end() - place
        return 3
    return 1


def variables(text: str) -> Iterator[str]:
    """Give the names of variables a script refers to."""
    yield from re.findall(r"\$\{?([A-Za-z_]\w*)", text)
