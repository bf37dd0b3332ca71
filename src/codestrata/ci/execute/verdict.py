"""What is concluded from results: whether to go on, to try again, to call a job passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from codestrata.ci.plan import RetryPlan, StepPlan
from codestrata.ci.records import StepResult
from codestrata.model.result import ResultClass

_GOOD = frozenset({ResultClass.PASSED, ResultClass.SKIPPED})
#: Not the code's doing: never taken for a result that a pipeline said it can live with.
_AROUND = frozenset({ResultClass.INFRA, ResultClass.CANCELLED, ResultClass.REFUSED})
_NEVER_AGAIN = frozenset({*_GOOD, ResultClass.CANCELLED, ResultClass.REFUSED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a job, or one attempt at it, ended. ``settled``: it must not be tried again, since its step was already.

    ``evidence``: what the result was told by, where no step has it.
    """

    result: ResultClass = ResultClass.PASSED
    reason: str = ""
    settled: bool = False
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Say whether it passed."""
        return self.result is ResultClass.PASSED

    @classmethod
    def of(cls, step: StepResult, plan: StepPlan) -> Self:
        """Conclude from the first step that did not pass."""
        name = f'step {step.step} "{step.name}"'
        reason = f"{name}: {step.reason}" if step.reason else f"{name} ended with {step.code}"
        return cls(step.result, reason, settled=plan.retry is not None)


def stops(step: StepPlan, result: ResultClass) -> bool:
    """Say whether a job stops after a step that ended so; ``continue`` is about the code, not what is around it."""
    if result in _GOOD:
        return False
    return step.on_failure != "continue" or result in _AROUND


def halts(step: StepPlan, result: ResultClass) -> bool:
    """Say whether the steps after one that ended so are skipped.

    With ``continue`` they run after a missing tool, too: what can be judged is, and the job is refused all the same.
    """
    return stops(step, result) and not (step.on_failure == "continue" and result is ResultClass.REFUSED)


def again(policy: RetryPlan, tried: int, result: ResultClass, left: float) -> float:
    """Give the seconds to wait before trying again, or -1: the policy, or the time that is left, does not allow it."""
    if tried > policy.max or result in _NEVER_AGAIN or result not in policy.on:
        return -1
    pause = policy.backoff * 2.0 ** (tried - 1)
    return pause if pause < left else -1


def over_repeats(verdicts: Sequence[Verdict]) -> Verdict:
    """Conclude from all runs of a job: passed when all did, else as the first that did not."""
    bad = next((one for one in verdicts if not one.passed), None)
    if bad is None:
        return Verdict()
    good = sum(one.passed for one in verdicts)
    if good and bad.result not in _AROUND and not bad.evidence:
        return Verdict(bad.result, f"flaky: passed in {good} of {len(verdicts)} runs")
    return bad
