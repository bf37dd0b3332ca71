"""The quality gate: every rule over every row in one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.errors import InvalidInput
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

    Raises InvalidInput when ``skip`` names a rule that does not exist.
    """
    rules = asked(settings)
    if not rules:
        return []
    columns = {name: facts[name] for name in (*COLUMNS, "named", "is_text")}
    columns["row"] = np.arange(len(facts["lines"]), dtype=np.int64)
    return [_ask(tables, columns, rule, rule.threshold(settings)) for rule in rules]


def asked(settings: QualitySettings) -> list[Rule]:
    """List the rules that are on."""
    known = {rule.reason for rule in RULES}
    for name in settings.skip:
        if name not in known:
            hint = f"known: {', '.join(sorted(known))}"
            raise InvalidInput(f"no rule {name!r}", where="setting export.quality.skip", hint=hint)
    return [rule for rule in RULES if rule.reason not in settings.skip] if settings.enabled else []


def _ask(tables: Tables, columns: Columns, rule: Rule, threshold: float) -> Failure:
    sign = ">" if rule.side == "above" else "<"
    value = f"cast({rule.expression} as double)"
    found = tables.query(
        f"select row, {value} as value from facts where is_text and {value} {sign} {threshold!r}{_languages(rule)}",
        facts=columns,
    )
    return Failure(rule, threshold, np.asarray(found["row"]), np.asarray(found["value"]))


def _languages(rule: Rule) -> str:
    if not rule.only and not rule.unless:
        return ""
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in rule.only or rule.unless)
    return f" and language {'in' if rule.only else 'not in'} ({listed})"
