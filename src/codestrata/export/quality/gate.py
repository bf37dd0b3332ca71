"""The quality gate: every rule over every row in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.quality.profiles import PROFILES
from codestrata.export.quality.rules import COLUMNS, RULES, Rule
from codestrata.store.columns import Columns

if TYPE_CHECKING:
    from codestrata.settings.export import QualitySettings
    from codestrata.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Failure:
    """The rows that one rule turns away, and the figure that did it (both of the same length)."""

    rule: Rule
    threshold: float
    rows: NDArray[np.int64]
    values: NDArray[np.float64]


def judge(tables: Tables, facts: Columns, settings: QualitySettings) -> list[Failure]:
    """Ask every rule that is on, in the order of the table, about the rows that hold text.

    ``facts`` holds :data:`COLUMNS`, ``named`` (bool, see :func:`named_as_prose`) and ``is_text`` (bool).
    """
    rules = asked(settings)
    if not rules:
        return []
    columns = {name: facts[name] for name in (*COLUMNS, "named", "is_text")}
    columns["row"] = np.arange(len(facts["lines"]), dtype=np.int64)
    thresholds = [rule.threshold(settings) for rule in rules]
    questions = [_question(number, rule, thresholds[number]) for number, rule in enumerate(rules)]
    answers = tables.query(" union all ".join(questions), facts=columns)
    number, row, value = (np.asarray(answers[name]) for name in ("rule", "row", "value"))
    return [Failure(rule, thresholds[k], row[number == k], value[number == k]) for k, rule in enumerate(rules)]


def asked(settings: QualitySettings) -> list[Rule]:
    """List the rules that are on."""
    on = settings.enabled and PROFILES[settings.profile].starcoder2
    return [rule for rule in RULES if rule.reason not in settings.skip] if on else []


def _question(number: int, rule: Rule, threshold: float) -> str:
    """Write the query for the rows that a rule turns away: (rule, row, value)."""
    sign = ">" if rule.side == "above" else "<"
    value = f"cast({rule.expression} as double)"
    where = f"is_text and {value} {sign} {threshold!r}{languages(rule.only, rule.unless)}"
    return f"select {number} as rule, row, {value} as value from facts where {where}"


def languages(only: Sequence[str], unless: Sequence[str]) -> str:
    """Give what a condition adds so that a rule is asked of some languages alone, or of all but some; "" for all."""
    if not only and not unless:
        return ""
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in only or unless)
    return f" and language {'in' if only else 'not in'} ({listed})"
