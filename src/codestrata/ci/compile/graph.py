"""The graph of jobs: an order in which each comes after those it needs, and where there is none."""

from __future__ import annotations

from collections.abc import Mapping

from codestrata.ci.document import Problems
from codestrata.ci.expressions.mistakes import meant
from codestrata.ci.forms.given import Given


def needs_of(jobs: Mapping[str, Given]) -> dict[str, list[str]]:
    """Give what each job needs, as far as that is there."""
    return {name: [str(one) for one in job.get("needs", ()) if one in jobs] for name, job in jobs.items()}


def check_needs(jobs: Mapping[str, Given], others: Mapping[str, Given], problems: Problems) -> None:
    """Tell of needs that are nowhere, or of a kind that cannot be needed."""
    for name, job in jobs.items():
        for need in job.get("needs", ()):
            if need == name:
                problems.error(need.mark, "cycle", f'the job "{name}" needs itself', "leave it out")
            elif need in others:
                said = f'the job "{name}" needs "{need}", which runs at the end'
                problems.error(need.mark, "unknown-need", said, "jobs under finally come after all others")
            elif need not in jobs:
                said = f'the job "{name}" needs "{need}", which is nowhere'
                problems.error(need.mark, "unknown-need", said, meant(need, jobs))


def ordered(jobs: Mapping[str, Given], problems: Problems) -> list[str]:
    """Order jobs: those in no circle by their place in the file, each after those it needs. Tells of circles."""
    needs = needs_of(jobs)
    done: dict[str, None] = {}
    while ready := [name for name in jobs if name not in done and all(one in done for one in needs[name])]:
        done.update(dict.fromkeys(ready))
    left = [name for name in jobs if name not in done]
    if left:
        circle = _circle(left[0], needs, set(left))
        if len(circle) > 2:  # noqa: PLR2004 -- a job that needs itself was told already
            mark = jobs[circle[0]].at("needs")
            said = f"jobs need one another in a circle: {' -> '.join(circle)}"
            problems.error(mark, "cycle", said, "leave one of these needs out")
    return [*done, *left]


def _circle(start: str, needs: Mapping[str, list[str]], left: set[str]) -> list[str]:
    """Follow needs from one job to the next until one comes again."""
    path = [start]
    while True:
        after = next(one for one in needs[path[-1]] if one in left)
        if after in path:
            return [*path[path.index(after) :], after]
        path.append(after)
