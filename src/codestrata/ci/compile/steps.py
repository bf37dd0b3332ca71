"""Steps of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from codestrata.ci.compile.place import Place, as_written
from codestrata.ci.compile.scripts import rewrite
from codestrata.ci.forms.given import Given, Word
from codestrata.ci.plan import RetryPlan, StepPlan

#: Characters of a name that is made from a script.
_NAME = 60


def seconds(value: float | None) -> float:
    """Give a time of the plan: 0, in its one way of writing, for none."""
    return float(value) if value else 0


def retry_plan(given: Given | None) -> RetryPlan | None:
    """Give a retry of the plan; None for none."""
    if given is None:
        return None
    told: dict[str, Any] = {"on": tuple(map(str, given["on"]))} if given.get("on") else {}
    if "backoff" in given:
        told["backoff"] = float(given["backoff"])
    return RetryPlan(max=given.get("max", 0), **told)


def env_plan(given: Given | None, place: Place) -> dict[str, str]:
    """Give variables: values are templates, with what is known put in."""
    return {name: place.text(value) for name, value in (given or {}).items()}


def step_plans(steps: Sequence[Given], job: Given, place: Place) -> tuple[StepPlan, ...]:
    """Give the steps of one combination of a job; ``job`` says what holds where a step does not."""
    names: dict[str, int] = {}
    return tuple(_step(one, job, place, names) for one in steps)


def _step(given: Given, job: Given, place: Place, names: dict[str, int]) -> StepPlan:
    shell = str(given.get("shell") or job.get("shell") or "sh")
    run, variables = rewrite(given["run"], place, shell) if "run" in given else ("", {})
    folder = given.get("folder") or job.get("folder")
    timeout = given.get("timeout") or job.get("step_timeout") or 0
    return StepPlan(
        name=_name(given, place, names),
        run=run,
        uses=str(given.get("uses", "")),
        with_=env_plan(given.get("with"), place),
        shell=shell,
        folder=place.fixed(folder, "folder") if folder else ".",
        env={**env_plan(given.get("env"), place), **variables},
        condition=(condition := place.condition(given.get("if"))),
        written=as_written(given.get("if"), condition),
        on_failure=_on_failure(given),
        timeout=seconds(timeout),
        retry=retry_plan(given.get("retry")),
        line=given.mark.line,
    )


def _on_failure(given: Given) -> str:
    return "continue" if given.get("continue_on_error") else str(given.get("on_failure", "stop"))


def _name(given: Given, place: Place, names: dict[str, int]) -> str:
    """Name a step: as it says, else by its script's first line, else by its tool; no two of a job the same."""
    name = place.fixed(given["name"], "name") if given.get("name") else ""
    name = name or _first_line(replace(place, known={}).text(given.get("run", ""))) or str(given.get("uses", ""))
    number = names[name] = names.get(name, 0) + 1
    while number > 1 and f"{name} ({number})" in names:
        number += 1
    unique = f"{name} ({number})" if number > 1 else name
    names.setdefault(unique, 1)
    return unique


def _first_line(script: str) -> str:
    lines = (line.strip() for line in script.splitlines())
    line = next(
        (one for one in lines if one and not one.startswith("#") and not one.startswith("set -")), script.strip()
    )
    return line if len(line) <= _NAME else f"{line[: _NAME - 1]}…"


def words(given: Given) -> Iterator[Word]:
    """Give the texts of a map that know their places, wherever they are in it."""
    for value in given.values():
        yield from _words(value)


def _words(value: object) -> Iterator[Word]:
    if isinstance(value, Word):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)
