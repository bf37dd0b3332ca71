"""What a plan reads of a repository: only that is part of a result's key, or new stars would make all results due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codestrata.ci.expressions import ExpressionError, Template, parse
from codestrata.ci.expressions.nodes import Attribute, Name, Node, children
from codestrata.ci.expressions.scopes import REPOSITORY
from codestrata.ci.plan import Plan

#: What every command is told, whether it asks or not: STRATA_REPO, STRATA_URL and so on; and whose the result is.
TOLD = frozenset({"id", "name", "url", "commit", "branch", "language"})
_ALL = frozenset(REPOSITORY)
#: Fields of a plan that hold an expression; all other texts may hold some between ``${{`` and ``}}``.
_EXPRESSIONS = frozenset({"condition", "expression"})
#: Parts of a plan that decide nothing of what runs or comes of it.
_ASIDE = frozenset({"on", "notifications", "name", "description"})


def facts_read(plan: Plan) -> frozenset[str]:
    """Give the parts of ``repo`` that a plan's result may depend on; all of them where a text cannot be read."""
    tree = plan.to_json()
    found = set(TOLD)
    if plan.require.max_bytes:
        found.add("bytes")
    for name, part in tree.items():
        if name not in _ASIDE:
            for field, text in _texts(name, part):
                found |= _of_text(field, text)
    return frozenset(found)


def _texts(field: str, part: Any) -> Iterator[tuple[str, str]]:
    """Give all texts below a part of a plan, with the field that each stands in."""
    if isinstance(part, str):
        yield field, part
    elif isinstance(part, dict):
        for name, below in part.items():
            yield from _texts(name, below)
    elif isinstance(part, list | tuple):
        for below in part:
            yield from _texts(field, below)


def _of_text(field: str, text: str) -> frozenset[str]:
    if "repo" not in text:
        return frozenset()
    try:
        nodes = [parse(text).node] if field in _EXPRESSIONS else []
        nodes += [one.node for one in Template.parse(text).expressions] if "${{" in text else []
    except ExpressionError:
        return _ALL
    return frozenset().union(*map(_of_node, nodes))


def _of_node(node: Node) -> frozenset[str]:
    """Give the parts that an expression names; all, where ``repo`` stands by itself."""
    match node:
        case Attribute(of=Name(name="repo"), name=part):
            return frozenset({part})
        case Name(name="repo"):
            return _ALL
    return frozenset().union(*map(_of_node, children(node)))
