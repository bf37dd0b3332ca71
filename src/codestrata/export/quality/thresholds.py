"""Asking the checks of a profile, with the thresholds of the settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.quality.gate import languages
from codestrata.export.quality.texture import SYNTAX, TEXTURES
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.quality.profiles import Check, Profile
    from codestrata.settings.export import QualitySettings
    from codestrata.store.tables import Tables

_NAME = re.compile(r"[a-z_0-9]+")
#: The byte of a blob's id by which files stay that a check would turn away.
_BYTE = 3


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """The rows that one check turns away, and the figure that did it (both of the same length)."""

    check: Check
    threshold: float
    rows: NDArray[np.int64]
    values: NDArray[np.float64]


def failures(tables: Tables, columns: Columns, profile: Profile, settings: QualitySettings) -> Iterator[CheckFailure]:
    """Ask every check of the profile that is not skipped, in its order, about the rows that hold text (``is_text``)."""
    asked = [c for c in profile.checks if f"{profile.name}.{c.name}" not in settings.skip]
    if not asked:
        return
    limits = [settings.thresholds.get(check.name, check.threshold) for check in asked]
    questions = [_question(n, check, limit) for n, (check, limit) in enumerate(zip(asked, limits, strict=True))]
    answers = tables.query(f"{' union all '.join(questions)} order by number, row", files=columns)
    number, row, value = (np.asarray(answers[name]) for name in ("number", "row", "value"))
    blobs = columns["blob"]
    assert isinstance(blobs, Varlen)  # noqa: S101 -- table() gives it so
    for k, check in enumerate(asked):
        rows, values = row[number == k], value[number == k]
        if check.stays:
            gone = np.array([blobs[i][_BYTE] >= 256 * check.stays for i in rows.tolist()], np.bool_)
            rows, values = rows[gone], values[gone]
        yield CheckFailure(check, limits[k], rows, values)


def _question(number: int, check: Check, limit: float) -> str:
    """Write the query for the rows that a check turns away: (number, row, value)."""
    value = f"cast({check.expression} as double)"
    conditions = ["is_text", f"{value} {'>' if check.side == 'above' else '<'} {float(limit)!r}"]
    named = set(_NAME.findall(check.expression))
    if named & set(TEXTURES.values()):
        conditions.append("words_ >= 0")
    conditions += [f"{name} >= 0" for name in SYNTAX if name in named]
    if "visible_chars" in named:
        conditions.append("visible_chars >= 0")
    where = " and ".join(conditions) + languages(check.only, check.unless)
    return f"select {number} as number, row, {value} as value from files where {where}"
