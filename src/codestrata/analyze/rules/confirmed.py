"""Rules that a real tool knows better: a match is confirmed where the tool said the same of the same lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from codestrata.analyze.rules.rule import Rule

#: Confidence in a match that its rule's tool confirms.
CONFIRMED = 0.98


@dataclass(frozen=True, slots=True)
class Place:
    """A match: the key of its rule, the file, and its lines from 1."""

    rule: str
    path: str
    line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Said:
    """A row of **findings** about the same commit: what a tool said of which line; 0 when it names none."""

    tool: str
    rule: str
    path: str
    line: int


def confirmed(places: Sequence[Place], said: Iterable[Said], rules: Mapping[str, Rule]) -> list[bool]:
    """Say of each match whether its rule's tool found the same, beginning in one of its lines.

    A rule's ``tool`` is the tool's name for what it finds, with the tool in front (``ruff:F631``, ``clippy::todo``) or
    without (``errcheck``).
    """
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in said:
        for name in {one.rule, f"{one.tool}:{one.rule}", f"{one.tool}::{one.rule}"}:
            lines[name, one.path].append(one.line)
    return [
        any(place.line <= line <= place.last_line for line in lines.get((_tool(rules, place), place.path), ()))
        for place in places
    ]


def _tool(rules: Mapping[str, Rule], place: Place) -> str:
    rule = rules.get(place.rule)
    return rule.tool if rule else ""
