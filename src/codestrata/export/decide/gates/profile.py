"""The quality profile: checks of a published gate set over facts, textures and, where it asks, syntax trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.decide.gates.base import Case, Gate
from codestrata.export.quality.profiles import PROFILES
from codestrata.export.quality.texture import known, table
from codestrata.export.quality.thresholds import failures

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.decide.verdicts import Verdicts


_REASON = "quality.profile"


def _inputs(view: View) -> Any:
    return known(view) if PROFILES[view.settings.export.quality.profile].checks else {}


def _judge(found: Verdicts, case: Case) -> None:
    settings = case.settings.quality
    profile = PROFILES[settings.profile]
    if not (settings.enabled and profile.checks):
        return
    columns = table(case, case.inputs["profile"]) | {"is_text": is_text(case)}
    for failure in failures(case.tables, columns, profile, settings):
        rule = f"{profile.name}.{failure.check.name}"
        about = failure.check.about
        found.put(_REASON, failure.rows, rule=rule, value=failure.values, threshold=failure.threshold, text=about)


def is_text(case: Case) -> Any:
    """Tell the files that were measured as text."""
    files = case.files
    read = Coded.of(varlen(files, "problem")).among([""]) & (np.asarray(files["facts"]) >= 0)
    return read & ~Coded.of(varlen(files, "encoding")).among(["unknown"]) & ~np.asarray(files["binary"])


PROFILE = Gate(_inputs, _judge)
