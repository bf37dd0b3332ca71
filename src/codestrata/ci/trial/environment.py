"""What tests were run in: how it was set up, the packages that were there, and of which day they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from codestrata.ci.derive.dated import GIVEN_UP, PACKAGES
from codestrata.ci.plan import Plan
from codestrata.ci.records import Results, StepResult
from codestrata.ci.trial.focus import script, testing
from codestrata.model.result import ResultClass

#: Packages, and letters of a reason, that are kept.
_MOST, _LONGEST = 5000, 300
_ERROR = re.compile(r"(?i)\berr(?:or)?\b")


def environment(plan: Plan, spec: Mapping[str, Any], results: Results) -> dict[str, Any]:
    """Say how it was run, so that it can be run again.

    ``packages`` are the lines of the step that lists them; ``dates`` say until when they may have come out, what kept
    them to that by kit, and in ``given_up``, where it could not be kept, why: the client's own words.
    """
    tests = testing(plan)
    setup = tuple(job for job in plan.jobs if job not in tests)
    told = {
        "pipeline": spec["pipeline"],
        "setup": script(plan, setup),
        "test": script(plan, tests),
        "packages": packages(results),
        "world": spec["world"],
        "plan": plan.to_json(),
    }
    return told | ({"dates": {**spec["dates"], "given_up": list(_given_up(results))}} if spec["dates"] else {})


def packages(results: Results) -> list[str]:
    """Give what steps of that name list: a package with its version on each line, each once."""
    passed = [step for step in results.steps if step.name == PACKAGES and step.result == ResultClass.PASSED]
    return sorted({line.strip() for step in passed for line in _lines(step) if line.strip()})[:_MOST]


def _given_up(results: Results) -> Iterator[str]:
    """Give for each step that went on without a date what its client had said before."""
    for step in results.steps:
        lines = _lines(step)
        if GIVEN_UP in lines:
            before = lines[: lines.index(GIVEN_UP)]
            yield next((line.strip() for line in reversed(before) if _ERROR.search(line)), step.name)[:_LONGEST]


def _lines(step: StepResult) -> list[str]:
    return step.log.decode("utf-8", "replace").replace("\0", "").replace("\r", "\n").split("\n")
