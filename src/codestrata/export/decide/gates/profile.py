"""The quality profile: checks of a published gate set over facts, textures and, where it asks, syntax trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codestrata.export.decide.annotate import is_text
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
    columns = table(case, case.inputs["profile"]) | {"is_text": is_text(case.files)}
    for failure in failures(case.tables, columns, profile, settings):
        rule = f"{profile.name}.{failure.check.name}"
        about = failure.check.about
        found.put(_REASON, failure.rows, rule=rule, value=failure.values, threshold=failure.threshold, text=about)


PROFILE = Gate(_inputs, _judge)
