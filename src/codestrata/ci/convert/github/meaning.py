"""What GitHub's expressions mean here: a value that is known, an expression of ours, or neither.

A run of ours is about one commit of one repository: it counts as a push to the default branch on a hosted Linux
machine. What that decides is decided; what a room has (matrix, parameters, environment, files, states) is translated;
the rest (tokens, events, outputs, other people) is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from codestrata.ci.convert.github.functions import FUNCTIONS
from codestrata.ci.convert.github.grammar import Binary, Call, Literal, Node, Not, Path, Unreadable, parse
from codestrata.ci.convert.github.known import Known, Meaning, Ours, Unknown, condition, plain, quoted, truth, written

__all__ = ["Known", "Meaning", "Names", "Ours", "Unknown", "condition", "meaning", "plain", "truth", "truth_of"]

_HOSTED = {
    ("runner", "os"): "Linux",
    ("runner", "arch"): "X64",
    ("runner", "temp"): "/tmp",  # noqa: S108 -- the room's own
    ("runner", "environment"): "github-hosted",
    ("github", "event_name"): "push",
    ("github", "workspace"): "/work",
    ("github", "ref_type"): "branch",
    ("github", "head_ref"): "",
    ("github", "base_ref"): "",
    ("runner", "debug"): "",
}
_STATES = {"success", "failure", "always", "cancelled"}


@dataclass(frozen=True, slots=True)
class Names:
    """What may be named where an expression stands. ``matrix``: name as written → name in ours."""

    matrix: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()


def meaning(text: str, names: Names) -> Meaning:
    """Give what an expression (without ``${{ }}``) means."""
    try:
        return _of(parse(text), names)
    except Unreadable as error:
        return Unknown(f"not understood: {error}")


def truth_of(text: str, names: Names) -> Meaning:
    """Give what an expression means where only its truth counts."""
    try:
        return _truth_of(parse(text), names)
    except Unreadable as error:
        return Unknown(f"not understood: {error}")


def _truth_of(node: Node, names: Names) -> Meaning:
    if isinstance(node, Binary) and node.operator in {"&&", "||"}:
        return _joined(node.operator, _truth_of(node.left, names), _truth_of(node.right, names))
    if isinstance(node, Not):
        return _negated(_truth_of(node.of, names))
    found = _of(node, names)
    if isinstance(found, Known):
        return Known(truth(found.value))
    return Ours(condition(found), truth=True) if isinstance(found, Ours) else found


def _of(node: Node, names: Names) -> Meaning:
    if isinstance(node, Literal):
        return Known(node.value)
    if isinstance(node, Path):
        return _path(node.parts, names)
    if isinstance(node, Not):
        return _negated(_of(node.of, names))
    if isinstance(node, Call):
        return _call(node, names)
    return _both(node, _of(node.left, names), _of(node.right, names))


def _path(parts: tuple[str, ...], names: Names) -> Meaning:
    root, *rest = parts[0].lower(), *parts[1:]
    below = ".".join(rest)
    if parts[:3] == ("github", "event", "inputs"):
        root, below = "inputs", ".".join(rest[2:])
    if root in _ROOTS:
        return _ROOTS[root](below, names)
    if (hosted := _HOSTED.get((root, below))) is not None:
        return Known(hosted)
    if root == "secrets" or parts[:2] == ("github", "token"):
        return Unknown("foreign code gets no secrets")
    return Unknown(f"{'.'.join(parts)} is not known here")


def _matrix(below: str, names: Names) -> Meaning:
    found = names.matrix.get(below)
    if found:
        return Ours(f"matrix{_part(found)}")
    return Unknown("a computed name") if "*" in below else Known(None)


def _env(below: str, names: Names) -> Meaning:
    value = names.env.get(below)
    return Unknown(f"env.{below} is set while it runs") if value is None else _text_meaning(value)


def _inputs(below: str, names: Names) -> Meaning:
    name = names.inputs.get(below)
    return Ours(f"params{_part(name)}") if name else Known(None)


_ROOTS: dict[str, Callable[[str, Names], Meaning]] = {"matrix": _matrix, "env": _env, "inputs": _inputs}


def _text_meaning(value: str) -> Meaning:
    """Give the meaning of a value that has itself been translated: a text, or one expression."""
    if "${{" not in value:
        return Known(value)
    inner = value.strip()
    if inner.startswith("${{") and inner.endswith("}}") and inner.count("${{") == 1:
        return Ours(inner[3:-2].strip())
    return Unknown("a text of several parts")


def _part(name: str | None) -> str:
    text = name or ""
    return f".{text}" if text.replace("_", "a").isalnum() and not text[:1].isdigit() else f"[{quoted(text)}]"


def _negated(of: Meaning) -> Meaning:
    if isinstance(of, Known):
        return Known(not truth(of.value))
    if isinstance(of, Ours):
        return Ours(f"not ({condition(of)})", truth=True)
    return of


def _call(node: Call, names: Names) -> Meaning:
    given = [_of(one, names) for one in node.arguments]
    if node.name in _STATES:
        return Ours(f"{node.name}()", truth=True)
    if (bad := next((one for one in given if isinstance(one, Unknown)), None)) is not None:
        return bad
    function = FUNCTIONS.get(node.name)
    if function is None:
        return Unknown(f"{node.name}() has no counterpart")
    return function(given)


def _both(node: Binary, left: Meaning, right: Meaning) -> Meaning:
    if node.operator in {"&&", "||"}:
        return _joined(node.operator, left, right)
    if isinstance(left, Known) and isinstance(right, Known):
        return _compared(node.operator, left.value, right.value)
    if bad := next((one for one in (left, right) if isinstance(one, Unknown)), None):
        return bad
    if node.operator not in {"==", "!="}:
        return Unknown("comparing texts as numbers has no counterpart")
    if _is_truth(left) or _is_truth(right):
        return Unknown("comparing states has no counterpart")
    return Ours(f"{written(left)} {node.operator} {written(right)}", truth=True)


def _joined(operator: str, left: Meaning, right: Meaning) -> Meaning:
    """Join by ``&&`` or ``||``, which give one of their sides."""
    decided = operator == "||"
    if isinstance(left, Known):
        return left if truth(left.value) == decided else right
    if isinstance(right, Known) and _is_truth(left):
        return Known(decided) if truth(right.value) == decided else left
    if bad := next((one for one in (left, right) if isinstance(one, Unknown)), None):
        return bad
    if not _is_truth(left) or not _is_truth(right):
        return Unknown("choosing between texts has no counterpart")
    word = "and" if operator == "&&" else "or"
    return Ours(f"({written(left)}) {word} ({written(right)})", truth=True)


def _is_truth(of: Meaning) -> bool:
    return isinstance(of, Unknown) or (isinstance(of, Ours) and of.truth)


def _compared(operator: str, left: object, right: object) -> Meaning:
    if operator in {"==", "!="}:
        same = plain(left).lower() == plain(right).lower()
        return Known(same == (operator == "=="))
    try:
        a, b = float(plain(left) or 0), float(plain(right) or 0)
    except ValueError:
        return Known(value=False)
    return Known({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])
