"""The form of stages and steps (promise B1): stages run one after the other, their steps one by one or side by side."""

from __future__ import annotations

from codestrata.ci.convert.losses import NO_SECRETS, SECRET, Losses, shown
from codestrata.ci.convert.scripts import cleaned
from codestrata.ci.draft.document import Draft, Job, Notice, Step, job_name
from codestrata.ci.foreign.values import Value

_TOP = {
    "name",
    "description",
    "triggers",
    "stages",
    "environment",
    "timeout",
    "retry_count",
    "notifications",
    "version",
}
_STAGE = {"name", "condition", "parallel", "environment", "timeout", "retry_count", "steps"}
_STEP = {"name", "step_type", "config", "condition", "continue_on_error", "timeout", "environment", "retry_count"}
_CONFIG = {"command", "script", "working_directory", "environment", "args", "shell", "image"}
#: Kinds of steps that are a command.
_RUNS = {"", "shell", "command", "script", "bash", "custom", "run", "build", "test", "lint"}
_TRIGGERS = {"manual": "manual", "webhook": "webhook", "api": "api"}


def read_stages(value: Value, name: str, losses: Losses) -> Draft:
    """Give the draft of a pipeline of stages."""
    draft = Draft(value.get("name").text or name, value.get("description").text)
    _unknown(value, _TOP, "", losses)
    draft.timeout, draft.retries = value.get("timeout").number, int(value.get("retry_count").number)
    draft.env = _environment(value.get("environment"), losses)
    for one in value.get("triggers").items:
        _trigger(one, draft, losses)
    before: list[str] = []
    for stage in value.get("stages").items:
        job = _stage(stage, [one.name for one in draft.jobs], losses)
        job.needs = before
        draft.jobs.append(job)
        before = [job.name]
    for one in value.get("notifications").items:
        _notice(one, draft, losses)
    return draft


def _unknown(value: Value, known: set[str], what: str, losses: Losses) -> None:
    for key in sorted(set(value.map) - known):
        losses.add(value.get(key).line, f"{what}{key}", "it has no counterpart")


def _environment(value: Value, losses: Losses) -> dict[str, str]:
    found = {}
    for name, one in value.map.items():
        if SECRET.search(one.text):
            losses.add(one.line, f"environment {name}", NO_SECRETS)
        else:
            found[name] = one.text.replace("${{", "$${{")
    return found


def _trigger(value: Value, draft: Draft, losses: Losses) -> None:
    kind = (value.get("trigger_type").text or value.get("type").text or value.text).lower()
    config = value.get("config") if value.get("config").map else value
    times = config.get("cron").text or config.get("schedule").text or config.get("cron_expression").text
    branches = config.get("branches").texts or config.get("branch").texts
    if kind in {"cron", "schedule", "scheduled"} and times:
        draft.on["cron"] = times
    elif kind in _TRIGGERS:
        draft.on[_TRIGGERS[kind]] = True
    elif kind in {"push", "git_push", "gitpush", "pull_request", "pullrequest"}:
        draft.on["push" if "push" in kind else "pull_request"] = {"branches": branches} if branches else True
    else:
        losses.add(value.line, f"trigger {kind or '(without a type)'}", "there is no such trigger")


def _stage(value: Value, taken: list[str], losses: Losses) -> Job:
    name = value.get("name").text
    job = Job(job_name(name or "stage", taken), line=value.line)
    _unknown(value, _STAGE, f"stage {name}: ", losses)
    job.env, job.timeout = _environment(value.get("environment"), losses), value.get("timeout").number
    job.retries, job.parallel = int(value.get("retry_count").number), value.get("parallel").true
    job.condition = _condition(value.get("condition"), f"stage {name}", losses)
    for one in value.get("steps").items:
        step = _step(one, job, losses)
        if step:
            job.steps.append(step)
    if not job.steps:
        losses.add(value.line, f"stage {name}", "none of its steps can run here")
    return job


#: Conditions as they are written there, and ours.
_CONDITIONS = {
    "always": "always()",
    "always()": "always()",
    "on_success": "",
    "success": "",
    "success()": "",
    "true": "",
    "on_failure": "failure()",
    "failure": "failure()",
    "failure()": "failure()",
}


def _condition(value: Value, what: str, losses: Losses) -> str:
    text = value.text.strip()
    if not text or text.lower() in _CONDITIONS:
        return _CONDITIONS.get(text.lower(), "")
    losses.add(value.line, f"{what}: condition: {text}", "only success, failure and always are known; it runs")
    return ""


def _step(value: Value, job: Job, losses: Losses) -> Step | None:
    """Give a step; None where there is nothing for it, which is told."""
    if isinstance(value.data, str):
        value = Value(value.line, {"config": Value(value.line, {"command": value})})
    name, kind, config = value.get("name").text, value.get("step_type").text.lower(), value.get("config")
    command = config.get("command") or config.get("script") or value.get("command") or value.get("run")
    what = f"step {shown(name or command.text)}"
    _unknown(value, _STEP | {"command", "run"}, f"{what}: ", losses)
    _unknown(config, _CONFIG, f"{what}: config.", losses)
    script = "\n".join(command.texts)
    if kind not in _RUNS or not script.strip():
        job.notes.append(losses.add(value.line, what, f"steps of type {kind or '(none)'} have no counterpart"))
        return None
    if SECRET.search(script):
        job.notes.append(losses.add(value.line, what, NO_SECRETS))
        return None
    script, notes = cleaned(" ".join([script, *config.get("args").texts]), command.line, losses)
    if not script:
        job.notes += notes
        return None
    env = {**_environment(value.get("environment"), losses), **_environment(config.get("environment"), losses)}
    return Step(
        script.replace("${{", "$${{"),
        name,
        "bash" if "bash" in {kind, config.get("shell").text} else "sh",
        folder(config.get("working_directory"), what, losses),
        env,
        _condition(value.get("condition"), what, losses),
        "continue" if value.get("continue_on_error").true else "stop",
        value.get("timeout").number,
        int(value.get("retry_count").number),
        notes,
        value.line,
    )


def folder(value: Value, what: str, losses: Losses) -> str:
    """Give a folder of the work tree; one outside is told."""
    text = value.text.removeprefix("./").rstrip("/") or "."
    if text.startswith("/") or ".." in text.split("/"):
        losses.add(value.line, f"{what}: {text}", "it is outside of the work tree")
        return "."
    return text.replace("${{", "$${{")


def _notice(value: Value, draft: Draft, losses: Losses) -> None:
    kind = (value.get("notification_type").text or value.get("type").text or value.get("kind").text).lower()
    config = value.get("config") if value.get("config").map else value
    target = next(
        (config.get(key).text for key in ("target", "url", "webhook_url", "to", "email") if config.get(key)), ""
    )
    if kind in {"webhook", "email", "slack"} and target and not SECRET.search(target):
        draft.notices.append(Notice(kind, target))
    else:
        losses.add(value.line, f"notification {kind or '(without a type)'}", "nobody can be told so here")
