"""A workflow as a draft. Source: GitHub Docs, "Workflow syntax for GitHub Actions"."""

from __future__ import annotations

from codestrata.ci.convert.github.matrix import foreign, read_matrix
from codestrata.ci.convert.github.meaning import Names
from codestrata.ci.convert.github.steps import Steps
from codestrata.ci.convert.github.texts import Texts
from codestrata.ci.convert.github.triggers import read_triggers
from codestrata.ci.convert.losses import NO_SECRETS, SECRET, Losses
from codestrata.ci.draft.document import Draft, Job, Service, job_name
from codestrata.ci.foreign.values import Value

_TOP = {"name", "on", "env", "jobs", "permissions", "defaults", "run-name", "concurrency"}
#: Keys of a job that say nothing about what runs; permissions are none here anyway.
_SILENT = {"name", "permissions", "concurrency"}
_JOB = _SILENT | {
    "runs-on",
    "needs",
    "if",
    "env",
    "steps",
    "strategy",
    "services",
    "container",
    "timeout-minutes",
    "continue-on-error",
    "defaults",
}


def read_workflow(value: Value, name: str, losses: Losses) -> Draft:
    """Give the draft of a workflow; what could not be taken over is in ``losses``."""
    draft = Draft(job_name(value.get("name").text or name))
    inputs = read_triggers(value.get("on"), draft, losses)
    for key in sorted(set(value.map) - _TOP):
        losses.add(value.get(key).line, key, "workflows have no such key, or it has no counterpart")
    texts = Texts(losses, Names(inputs=inputs))
    draft.env = texts.env(value.get("env"))
    names: dict[str, str] = {}
    for key in value.get("jobs").map:
        names[key] = job_name(key, names.values())
    texts = texts.knowing(env=draft.env)
    for key, one in value.get("jobs").map.items():
        draft.jobs.append(_job(key, one, names, texts, value.get("defaults")))
    return draft


def _job(key: str, value: Value, names: dict[str, str], texts: Texts, defaults: Value) -> Job:
    """Give a job; one without steps has been left out, and told."""
    losses = texts.losses
    job = Job(names[key], line=value.line, needs=[names[one] for one in value.get("needs").texts if one in names])
    why = _impossible(value)
    if why:
        losses.add(value.line, f"job {key}", why)
        return job
    for name in sorted(set(value.map) - _JOB):
        losses.add(value.get(name).line, f"{key}: {name}", "it has no counterpart")
    matrix, known = read_matrix(value.get("strategy"), value.get("runs-on").text, losses, key)
    if matrix is None:
        losses.add(value.line, f"job {key}", "all of its combinations are for other machines")
        return job
    env = texts.knowing(matrix=known).env(value.get("env"))
    texts = texts.knowing(matrix=known, env={**texts.names.env, **env})
    asked = texts.condition(value.get("if"), f"job {key}")
    if asked is False:
        losses.add(value.line, f"job {key}", f"never true for a run of ours: if: {value.get('if').text}")
        return job
    job.matrix, job.env, job.condition = matrix, env, asked if isinstance(asked, str) else ""
    _beside(job, key, value, texts)
    steps = Steps(job, texts, _default(value, defaults, "shell"), _default(value, defaults, "working-directory"))
    steps.read(value.get("steps"))
    if not job.steps:
        losses.add(value.line, f"job {key}", "none of its steps can run here")
    return job


def _impossible(value: Value) -> str:
    """Say why a job cannot be one of ours; "" where it can."""
    if value.get("uses"):
        return "workflows that are called are not read; convert the file it names"
    labels = value.get("runs-on").texts or value.get("runs-on").get("labels").texts
    if any(foreign(label) and "${{" not in label for label in labels):
        return f"it runs on {', '.join(labels)}; rooms are Linux on this machine's processor"
    return "" if value.get("steps").items else "it has no steps"


def _default(value: Value, defaults: Value, name: str) -> str:
    return value.get("defaults").get("run").get(name).text or defaults.get("run").get(name).text


def _beside(job: Job, key: str, value: Value, texts: Texts) -> None:
    """Fill in what stands beside the steps."""
    container = value.get("container")
    image = container.get("image") if container.map else container
    job.image = texts.text(image.text, image.line, f"{key}: container") or ""
    if image.text and not job.image:
        job.notes.append(f"line {image.line}: its container's name is not known here; the default room is used")
    for name in sorted(set(container.map) - {"image", "env"}):
        texts.losses.add(container.get(name).line, f"{key}: container.{name}", "rooms have no such option")
    job.env = {**texts.env(container.get("env")), **job.env}
    job.timeout = value.get("timeout-minutes").number * 60
    going_on = texts.condition(value.get("continue-on-error"), f"{key}: continue-on-error")
    if value.get("continue-on-error") and going_on is True:
        job.continue_on_error = True
    elif isinstance(going_on, str):
        line = value.get("continue-on-error").line
        texts.losses.add(line, f"{key}: continue-on-error: {going_on}", "it is the same for the whole matrix here")
    for name, one in value.get("services").map.items():
        _service(job, name, one, texts)


def _service(job: Job, name: str, value: Value, texts: Texts) -> None:
    image = texts.text(value.get("image").text or value.text, value.line, f"service {name}")
    if not image or SECRET.search(value.get("image").text):
        job.notes.append(texts.losses.add(value.line, f"service {name}", NO_SECRETS if image else "no image is known"))
        return
    for key in sorted(set(value.map) - {"image", "env", "ports", "options"}):
        texts.losses.add(value.get(key).line, f"service {name}: {key}", "services have no such option")
    ports = [int(part) for one in value.get("ports").texts if (part := one.split(":")[-1].split("/")[0]).isdecimal()]
    tcp = ports[0] if ports and 0 < ports[0] < 65536 else 0  # noqa: PLR2004 -- ports have 16 bits
    job.services.append(Service(job_name(name), image, env=texts.env(value.get("env")), tcp=tcp))
