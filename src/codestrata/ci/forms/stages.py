"""The form with stages: one after the other, each a job that needs the one before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from codestrata.ci.document import Entry, Mark, Problems, Scalar, Several, Table, Value
from codestrata.ci.forms.kinds import MISFIT, Condition, Number, OneOf, Text, Truth
from codestrata.ci.forms.measures import Duration
from codestrata.ci.forms.pipeline import NOTIFICATION
from codestrata.ci.forms.shapes import Key, ListOf, MapOf, Record
from codestrata.ci.forms.short import RUN_TIMEOUT
from codestrata.ci.forms.steps import ENV, RETRIED, SHELLS

#: Types of steps: all of them run a command.
STEP_TYPES = ("shell", "script", "command")
#: Kinds of triggers here, and what they are in version 1.
TRIGGER_TYPES = {
    "manual": "manual",
    "api": "api",
    "webhook": "webhook",
    "schedule": "cron",
    "cron": "cron",
    "push": "push",
    "git_push": "push",
    "pull_request": "pull_request",
}
_COMMAND = ListOf(Text(templates=True, empty=False), empty=False)
CONFIG = Record(
    "config",
    {
        "command": Key(_COMMAND, "what the shell runs; several run one after the other"),
        "commands": Key(_COMMAND, "the same"),
        "script": Key(_COMMAND, "the same"),
        "shell": Key(OneOf(SHELLS), "what runs it", usual="sh"),
        "working_directory": Key(Text(templates=True), "where, relative to the work tree", usual="."),
        "environment": Key(ENV, "its variables"),
    },
    short="command",
    one_of=("command", "commands", "script"),
)
STAGE_STEP = Record(
    "stage's step",
    {
        "name": Key(Text(), "what results call it"),
        "step_type": Key(OneOf(STEP_TYPES), "what it does: all of these run a command", usual="shell"),
        "config": Key(CONFIG, "the command", required=True),
        "condition": Key(Condition(), "whether it runs", usual="success()"),
        "continue_on_error": Key(Truth(), "true: the stage goes on, and still passes", usual="false"),
        "timeout": Key(Duration(), "the most time it may take"),
    },
)
_RETRY_COUNT = Number(0, 10, whole=True)
STAGE = Record(
    "stage",
    {
        "name": Key(Text(empty=False), "what it is called", required=True),
        "condition": Key(Condition(), "whether it runs", usual="success()"),
        "parallel": Key(Truth(), "whether its steps run side by side", usual="false"),
        "environment": Key(ENV, "its variables"),
        "timeout": Key(Duration(), "the most time it may take"),
        "retry_count": Key(_RETRY_COUNT, "how often failed steps are tried again", usual="the pipeline's"),
        "steps": Key(ListOf(STAGE_STEP, single=False, empty=False), "what it does", required=True),
    },
)
TRIGGER = Record(
    "trigger",
    {
        "trigger_type": Key(OneOf(tuple(TRIGGER_TYPES)), "what starts it", required=True),
        "config": Key(MapOf(ListOf(Text())), "its terms: cron (or schedule), branches, events"),
    },
    short="trigger_type",
)
STAGED = Record(
    "pipeline with stages",
    {
        "name": Key(Text(empty=False), "what it is called", usual="the file's name"),
        "description": Key(Text(), "what it is for"),
        "triggers": Key(ListOf(TRIGGER, single=False), "what starts it"),
        "stages": Key(ListOf(STAGE, single=False, empty=False), "what is done, in order", required=True),
        "environment": Key(ENV, "variables of all steps"),
        "timeout": Key(Duration(), "the most time the whole run may take", usual="3600"),
        "retry_count": Key(_RETRY_COUNT, "how often failed steps are tried again", usual="0"),
        "notifications": Key(ListOf(NOTIFICATION), "whom to tell at the end"),
    },
)

_RENAMED = {"environment": "env", "condition": "if", "working_directory": "folder"}
_STATES = {"success", "failure", "always", "cancelled"}


def from_stages(table: Table, problems: Problems) -> Table | None:
    """Make a pipeline of version 1; None where the form itself is wrong, which has been told."""
    before = len(problems.errors)
    if STAGED.fit(table, "", problems) is MISFIT or len(problems.errors) > before:
        return None
    entries = dict(_renamed(table, ("name", "description", "environment", "timeout", "notifications")))
    entries.setdefault("timeout", _entry("timeout", table.mark, Scalar(table.mark, float(RUN_TIMEOUT), RUN_TIMEOUT)))
    entries |= dict(_retry(table))
    if triggers := table.get("triggers"):
        entries["on"] = _entry("on", triggers.mark, _triggers(_items(triggers), triggers.mark))
    stages = table.entries["stages"]
    jobs = dict(_jobs(_items(stages.value)))
    return Table(table.mark, {**entries, "jobs": _entry("jobs", stages.mark, Table(stages.mark, jobs))}, table.size)


def _entry(key: str, mark: Mark, value: Value) -> Entry:
    return Entry(key, mark, value)


def _items(value: Value | None) -> tuple[Value, ...]:
    return value.items if isinstance(value, Several) else (value,) if value is not None else ()


def _renamed(table: Table, keys: tuple[str, ...]) -> Iterator[tuple[str, Entry]]:
    for key in keys:
        if found := table.entries.get(key):
            name = _RENAMED.get(key, key)
            yield name, _entry(name, found.mark, _state(found.value) if key == "condition" else found.value)


def _state(value: Value) -> Value:
    """Take ``always`` for ``always()``."""
    if isinstance(value, Scalar) and value.text.strip() in _STATES:
        text = f"{value.text.strip()}()"
        return Scalar(value.mark, text, text)
    return value


def _retry(table: Table) -> Iterator[tuple[str, Entry]]:
    """Give a retry: a count here means any failure."""
    if found := table.entries.get("retry_count"):
        on = Several(found.mark, tuple(Scalar(found.mark, one, one) for one in RETRIED))
        terms = {"max": _entry("max", found.mark, found.value), "on": _entry("on", found.mark, on)}
        yield "retry", _entry("retry", found.mark, Table(found.mark, terms))


def _jobs(stages: tuple[Value, ...]) -> Iterator[tuple[str, Entry]]:
    names: list[str] = []
    for stage in stages:
        if not isinstance(stage, Table):
            continue
        title = stage.entries["name"].value
        job = dict(_renamed(stage, ("condition", "parallel", "environment", "timeout"))) | dict(_retry(stage))
        job["description"] = _entry("description", title.mark, title)
        if names:
            need = Scalar(stage.mark, names[-1], names[-1])
            job["needs"] = _entry("needs", stage.mark, need)
        steps = stage.entries["steps"]
        several = tuple(_step(one) for one in _items(steps.value) if isinstance(one, Table))
        job["steps"] = _entry("steps", steps.mark, Several(steps.value.mark, several))
        names.append(_slug(title.text if isinstance(title, Scalar) else "", names))
        yield names[-1], _entry(names[-1], stage.mark, Table(stage.mark, job))


def _slug(title: str, taken: list[str]) -> str:
    """Make a job's name of a stage's: its letters and digits, the rest hyphens."""
    name = re.sub(r"[^a-z0-9_]+", "-", title.lower()).strip("-")[:40] or "stage"
    name = name if name[0].isalpha() or name[0] == "_" else f"stage-{name}"[:40]
    numbered = (f"{name}-{number}" if number > 1 else name for number in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


def _step(step: Table) -> Table:
    config = step.entries["config"].value
    found = dict(_renamed(step, ("name", "condition", "continue_on_error", "timeout")))
    if not isinstance(config, Table):
        config = Table(config.mark, {"command": _entry("command", config.mark, config)})
    found |= dict(_renamed(config, ("shell", "working_directory", "environment")))
    command = next(config.entries[key] for key in ("command", "commands", "script") if key in config.entries)
    found["run"] = _entry("run", command.mark, _script(command.value))
    return Table(step.mark, found, step.size)


def _script(value: Value) -> Value:
    if not isinstance(value, Several):
        return value
    text = "\n".join(one.text for one in value if isinstance(one, Scalar))
    return Scalar(value.mark, text, text, block=True)


def _triggers(several: tuple[Value, ...], mark: Mark) -> Table:
    """Give triggers as version 1 has them; nothing but what is named starts it."""
    off = {kind: _entry(kind, mark, Scalar(mark, value=False, text="false")) for kind in ("manual", "api")}
    found: dict[str, Entry] = {}
    for one in several:
        named = one.get("trigger_type") if isinstance(one, Table) else one
        if isinstance(named, Scalar):
            kind = TRIGGER_TYPES[named.text]
            config = one.get("config") if isinstance(one, Table) else None
            found[kind] = _entry(kind, one.mark, _terms(kind, config if isinstance(config, Table) else None, one.mark))
    return Table(mark, {**off, **found})


def _terms(kind: str, config: Table | None, mark: Mark) -> Value:
    entries: Mapping[str, Entry] = config.entries if config else {}
    if kind == "cron":
        found = entries.get("cron") or entries.get("schedule")
        return found.value if found else Scalar(mark, None, "")
    if kind in {"manual", "api"} or not entries:
        return Scalar(mark, value=True, text="true")
    taken = {"push": ("branches", "tags"), "pull_request": ("branches",), "webhook": ("events",)}[kind]
    branch = entries.get("branch")
    renamed = {"branches": _entry("branches", branch.mark, branch.value)} if branch and "branches" in taken else {}
    return Table(mark, {**renamed, **{key: one for key, one in entries.items() if key in taken}})
