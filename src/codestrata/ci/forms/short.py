"""The short forms: ``steps`` or ``run`` at the top, and nothing about jobs."""

from __future__ import annotations

from collections.abc import Iterator

from codestrata.ci.document import Entry, Problems, Scalar, Several, Table, Value
from codestrata.ci.forms.jobs import JOB_KEYS
from codestrata.ci.forms.pipeline import PIPELINE
from codestrata.ci.forms.shapes import Key, ListOf, Record
from codestrata.ci.forms.steps import STEP

#: The most time of a run that does not say, in seconds; so much it was where these forms come from.
RUN_TIMEOUT = "3600"
#: Keys of the pipeline; all others are those of its one job.
_OUTSIDE = ("version", "name", "description", "on", "require", "params", "env", "columns", "timeout", "notifications")


SHORT_FORM = Record(
    "short pipeline",
    {
        **{key: PIPELINE.keys[key] for key in _OUTSIDE},
        **{key: JOB_KEYS[key] for key in JOB_KEYS if key not in {*_OUTSIDE, "steps", "needs", "extends"}},
        "steps": Key(ListOf(STEP, single=False, empty=False), "what its one job does, in order"),
        "run": Key(ListOf(STEP, empty=False), "the same; one script may stand for a list of them"),
    },
    one_of=("steps", "run"),
)


def from_short(table: Table, problems: Problems) -> Table | None:
    """Make a pipeline of one job, ``main``."""
    given = [table.entries[key] for key in ("steps", "run") if key in table.entries]
    if len(given) > 1:
        problems.error(given[1].mark, "one-key", 'a short pipeline has either "steps" or "run"', "remove one")
        return None
    (first,) = given
    steps = Several(first.value.mark, tuple(_steps(first.value)))
    job = {entry.key: entry for entry in table if entry.key not in {*_OUTSIDE, "run", "steps"}}
    job["steps"] = Entry("steps", first.mark, steps)
    jobs = Table(first.mark, {"main": Entry("main", first.mark, Table(first.mark, job))})
    outside = {entry.key: entry for entry in table if entry.key in _OUTSIDE}
    outside.setdefault("timeout", Entry("timeout", table.mark, Scalar(table.mark, float(RUN_TIMEOUT), RUN_TIMEOUT)))
    return Table(table.mark, {**outside, "jobs": Entry("jobs", first.mark, jobs)}, table.size)


def _steps(value: Value) -> Iterator[Value]:
    """Give one step for each entry, or one for a single text."""
    yield from value.items if isinstance(value, Several) else (value,)
