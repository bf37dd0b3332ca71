"""Licences: SPDX expressions, what they ask for, and whether a policy lets them pass.

Expressions follow SPDX 3.0, Annex "SPDX licence expressions": ids, ``+``, ``WITH``, ``AND``, ``OR``, parentheses,
``LicenseRef-…``. The class of each id is ours, made from published lists (``scripts/make_spdx_tables.py``); it is an
engineering default, not legal advice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

from codestrata.model import expression as spdx_expression
from codestrata.model.expression import Node, With
from codestrata.model.spdx import licence_text, list_version, table

__all__ = [
    "CLASSES",
    "Policy",
    "classify",
    "combine",
    "is_allowed",
    "is_known",
    "leaves",
    "licence_text",
    "list_version",
    "normalise",
]

#: Classes from the least to the most restrictive. The order decides what AND and OR come to.
CLASSES = (
    "public-domain",
    "permissive",
    "weak-copyleft",
    "copyleft",
    "network-copyleft",
    "source-available",
    "non-commercial",
    "proprietary",
    "unknown",
)
_RANK = {name: rank for rank, name in enumerate(CLASSES)}
_LONGEST = 1000
_REF = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+\Z", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\Z")
_REF_CLASSES = (
    (re.compile(r"non-?commercial|[-.]nc\b", re.IGNORECASE), "non-commercial"),
    (re.compile(r"proprietary|commercial|unlicensed|all-?rights-?reserved|eula", re.IGNORECASE), "proprietary"),
    (re.compile(r"public-?domain", re.IGNORECASE), "public-domain"),
    (re.compile(r"commons-?clause", re.IGNORECASE), "source-available"),
)


class Policy(Protocol):
    """Which licences may pass; ``settings.export.licences`` is one. All names are compared without regard to case."""

    @property
    def classes(self) -> Collection[str]:
        """Give the classes that may pass."""

    @property
    def allow(self) -> Collection[str]:
        """Give SPDX ids that may pass whatever their class."""

    @property
    def deny(self) -> Collection[str]:
        """Give SPDX ids that may not pass whatever their class; stronger than allow."""


@lru_cache(maxsize=65536)
def normalise(expression: str, *, refs: bool = False) -> str:
    """Give the canonical form: SPDX's spelling, deprecated ids replaced, what is nested in parentheses, no repetition.

    What is not a valid expression over the list gives ""; with ``refs``, an unknown id becomes ``LicenseRef-<id>``
    instead, so that a licence nobody knows is not mistaken for no licence at all.
    """
    tree = _tree(expression, refs=refs)
    return "" if tree is None else _render(tree)


@lru_cache(maxsize=65536)
def classify(expression: str) -> str:
    """Give the class of an expression: the most restrictive side of AND, the least restrictive of OR."""
    tree = _tree(expression, refs=True)
    return "unknown" if tree is None else CLASSES[_rank(tree)]


def is_known(name: str) -> bool:
    """Say whether an id is on SPDX's list, alone, with ``+`` or an exception, or is a ``LicenseRef-…``."""
    return bool(_REF.match(name) or normalise(name))


def is_allowed(expression: str, policy: Policy) -> bool:
    """Say whether a policy lets an expression pass: every side of AND must, one side of OR is enough.

    A denied id never passes, an allowed id does, any other goes by its class. What is no expression does not pass.
    """
    deny, allow = ({name.lower() for name in names} for names in (policy.deny, policy.allow))

    def passes(tree: _Tree) -> bool:
        if isinstance(tree, _Node):
            return (all if tree.operator == "AND" else any)(passes(side) for side in tree.sides)
        names = {tree.lower(), tree.partition(" WITH ")[0].lower()}
        return not names & deny and (bool(names & allow) or _leaf_class(tree) in policy.classes)

    tree = _tree(expression, refs=True)
    return tree is not None and passes(tree)


@lru_cache(maxsize=65536)
def leaves(expression: str) -> tuple[str, ...]:
    """List the licences of an expression, each once, in order; one WITH an exception is one: ``id WITH exception``."""
    tree = _tree(expression, refs=True)
    return () if tree is None else tuple(dict.fromkeys(_flat(tree)))


def combine(expressions: Iterable[str], operator: str = "AND") -> str:
    """Join expressions by AND or OR and normalise; empty ones are left out."""
    given = [e for e in dict.fromkeys(expressions) if e]
    joined = given[0] if len(given) == 1 else f" {operator} ".join(f"({e})" for e in given)
    return normalise(joined, refs=True)


class _Node(NamedTuple):
    """AND or OR over two or more sides."""

    operator: str
    sides: tuple[_Tree, ...]


_Tree = _Node | str  # a leaf is an id, or an id WITH an exception


@lru_cache(maxsize=65536)
def _tree(expression: str, *, refs: bool) -> _Tree | None:
    entry = table().get(expression.lower())
    if entry and not entry.exception:
        return entry.replaced_by or entry.id
    if _REF.match(expression):
        return expression
    if not expression.strip() or len(expression) > _LONGEST:
        return None
    try:
        return _convert(spdx_expression.parse(expression), refs=refs)
    except (ValueError, LookupError, RecursionError):
        return None


def _convert(parsed: spdx_expression.Tree, *, refs: bool) -> _Tree:
    """Turn the parser's tree into ours, with canonical leaves; raises KeyError for an id that is none."""
    if not isinstance(parsed, Node):
        return _with(parsed, refs=refs) if isinstance(parsed, With) else _canonical(parsed, refs=refs)
    sides: dict[_Tree, None] = {}
    for child in parsed.sides:
        side = _convert(child, refs=refs)
        same = isinstance(side, _Node) and side.operator == parsed.operator
        sides.update(dict.fromkeys(side.sides if same else (side,)))  # type: ignore[union-attr]
    return _Node(parsed.operator, tuple(sides)) if len(sides) > 1 else next(iter(sides))


def _with(parsed: With, *, refs: bool) -> str:
    base, entry = _canonical(parsed.licence, refs=refs), table().get(parsed.exception.lower())
    if entry is not None and entry.exception and " WITH " not in base:
        return f"{base} WITH {entry.id}"
    if refs and _WORD.match(parsed.exception):  # it may take away as well as give
        return f"LicenseRef-{base.replace(' ', '-')}-WITH-{parsed.exception}"
    raise KeyError(parsed.exception)


def _canonical(key: str, *, refs: bool) -> str:
    entry = table().get(key.lower())
    if entry and not entry.exception:
        return entry.replaced_by or entry.id
    if _REF.match(key):
        return key
    if key.endswith("+"):
        base = _canonical(key[:-1], refs=refs)
        or_later = base.removesuffix("-only").removesuffix("-or-later") + "-or-later"
        return or_later if or_later.lower() in table() else base + "+"
    if refs and entry is None and _WORD.match(key):
        return f"LicenseRef-{key}"
    raise KeyError(key)


def _render(tree: _Tree) -> str:
    if isinstance(tree, str):
        return tree
    return f" {tree.operator} ".join(f"({_render(s)})" if isinstance(s, _Node) else s for s in tree.sides)


def _flat(tree: _Tree) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    else:
        for side in tree.sides:
            yield from _flat(side)


def _rank(tree: _Tree) -> int:
    if isinstance(tree, _Node):
        return (max if tree.operator == "AND" else min)(_rank(side) for side in tree.sides)
    return _RANK[_leaf_class(tree)]


def _leaf_class(leaf: str) -> str:
    base, _, exception = leaf.partition(" WITH ")
    entry = table().get(base.removesuffix("+").lower())
    if entry is None:
        return next((name for pattern, name in _REF_CLASSES if pattern.search(base)), "unknown")
    if exception and entry.licence_class in {"copyleft", "network-copyleft"}:
        return table()[exception.lower()].licence_class or entry.licence_class
    return entry.licence_class
