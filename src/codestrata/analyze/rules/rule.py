"""Rule: one thing to look for, with the examples that say what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its YAML has it; see docs/rules.md for the language.

    ``grammars``: short names of the grammars it is for. ``rule``: ast-grep's rule object (kind, pattern, regex, has,
    inside, follows, precedes, all, any, not, matches, nthChild; source: ast-grep, "Rule Object Reference"), with
    ``constraints`` on captures and ``utils`` that ``matches`` names. ``tier``: A, B or C, confidence before it was
    measured. ``anti``: better not done. ``since``: language version that the construct needs (L7), ``tool``: rule of a
    real tool that knows better, such as ``clippy::len_zero``. ``positive`` and ``negative``: programs in which it must
    and must not be found. ``pack``: digest of the folder it came from, "" for ours. ``where``: file and line.
    """

    id: str
    version: int
    level: str
    type: str
    grammars: tuple[str, ...]
    description: str
    tier: str
    rule: Mapping[str, Any]
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    constraints: Mapping[str, Any] = field(default_factory=dict)
    anti: bool = False
    domain: str = ""
    since: str = ""
    tool: str = ""
    evidence: str = "syntactic"
    pack: str = ""
    where: str = ""
    utils: Mapping[str, Any] = field(default_factory=dict)
