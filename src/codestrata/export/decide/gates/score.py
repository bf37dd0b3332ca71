"""The quality score: one figure from what is known of a file and its repository; see docs/quality.md.

Each part is 0 to 1; what nothing is known of is left out, and the others weigh more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.checks import checks
from codestrata.export.decide.annotate import is_text
from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.decide.gates.base import Case, Gate
from codestrata.export.quality.profiles.check import DATA, PROSE
from codestrata.export.quality.texture import error_shares, parsed

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.decide.verdicts import Verdicts

Part = NDArray[np.float64]

WEIGHTS: Mapping[str, float] = {
    "parses": 3.0,
    "documented": 1.0,
    "readable": 1.0,
    "tests": 2.0,
    "lint": 1.0,
    "alive": 1.0,
}
#: Error bytes from which a file counts as not parsed; lines of comment that are enough, as a share.
_BROKEN, _COMMENTED = 0.05, 0.1
#: Characters of a line on average, and of the longest, up to which a file reads well, and from which it does not.
_MEAN, _LONGEST = (60.0, 120.0), (200.0, 1000.0)
#: Findings for each thousand lines that are too many; years without a commit after which a repository is dead.
_FINDINGS, _YEARS = 20.0, 5.0
_YEAR = 365.25 * 86_400


def _inputs(view: View) -> Any:
    if view.settings.export.quality.score <= 0:
        return {}
    told = checks(view)
    return {"syntax": parsed(view), "checks": {one: dict(values) for one, values in told.values.items()}}


def _judge(found: Verdicts, case: Case) -> None:
    least = case.settings.quality.score
    if least <= 0:
        return
    weights = {**WEIGHTS, **case.settings.quality.weights}
    total = weight = np.zeros(len(case.files["mode"]))
    for name, part in _parts(case).items():
        known = part >= 0
        total = total + np.where(known, part * weights[name], 0.0)
        weight = weight + known * weights[name]
    text = is_text(case.files)
    score = np.where(text & (weight > 0), total / np.maximum(weight, 1e-9), -1.0)
    case.files["score"] = score.astype(np.float32)
    low = (score >= 0) & (score < least)
    found.put("score", low, rule="score", value=score[low], threshold=least)


def _parts(case: Case) -> dict[str, Part]:
    files, told = case.files, case.inputs["score"]
    lines = np.maximum(np.asarray(files["lines"], np.float64), 1)
    mean = np.maximum(np.asarray(files["chars"], np.float64) - lines, 0) / lines
    errors = error_shares(case, told["syntax"])
    commented = np.asarray(files["comment_lines"], np.float64) / lines / _COMMENTED
    wordy = Coded.of(varlen(files, "language")).among([*PROSE, *DATA, ""])
    checked = [told["checks"].get(c.repository_id, {}) for c in case.chosen]
    index = np.asarray(files["snapshot"])
    sizes = np.bincount(index, weights=lines, minlength=len(checked)).tolist()
    return {
        "parses": np.where(errors < 0, -1.0, 1 - np.minimum(errors / _BROKEN, 1)),
        "documented": np.where(wordy, -1.0, np.minimum(commented, 1)),
        "readable": np.minimum(_falling(mean, *_MEAN), _falling(np.asarray(files["max_line"], np.float64), *_LONGEST)),
        "tests": np.array([_tests(one) for one in checked])[index],
        "lint": np.array([_lint(one, n) for one, n in zip(checked, sizes, strict=True)])[index],
        "alive": _alive([c.committed_at for c in case.chosen])[index],
    }


def _falling(values: Part, good: float, bad: float) -> Part:
    """Give 1 up to what is good, 0 from what is bad on, and a line between."""
    return np.clip((bad - values) / (bad - good), 0.0, 1.0)


def _tests(told: Mapping[str, Any]) -> float:
    """Give the share of tests that pass; -1 where none ran. Columns as ``strata ci derive`` names them."""
    passed, failed = told.get("tests_passed"), told.get("tests_failed") or 0
    if passed is None or passed + failed <= 0:
        return -1.0
    return float(passed / (passed + failed))


def _lint(told: Mapping[str, Any], lines: float) -> float:
    found = told.get("lint_warnings")
    return -1.0 if found is None else float(_falling(np.array(1000 * found / max(lines, 1.0)), 0.0, _FINDINGS))


def _alive(committed: list[int]) -> Part:
    """Give 1 for the newest commit of the run, 0 for those that are years older; -1 where the time is not known."""
    times = np.array(committed, np.float64)
    years = (times.max(initial=0) - times) / _YEAR
    return np.where(times <= 0, -1.0, np.clip(1 - years / _YEARS, 0.0, 1.0))


SCORE = Gate(_inputs, _judge)
