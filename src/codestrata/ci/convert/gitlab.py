"""GitLab's pipelines: the part of ``.gitlab-ci.yml`` that says what runs. Source: GitLab Docs, "CI/CD YAML syntax"."""

from __future__ import annotations

import re

from codestrata.ci.convert.gitlab_keys import Keys, rows, times
from codestrata.ci.convert.losses import NO_SECRETS, SECRET, Losses
from codestrata.ci.convert.scripts import cleaned
from codestrata.ci.draft.document import Artifact, Cache, Draft, Job, Matrix, Report, Service, Step, job_name
from codestrata.ci.foreign.values import Value

_TOP = {
    "stages",
    "variables",
    "default",
    "include",
    "workflow",
    "before_script",
    "after_script",
    "image",
    "services",
    "cache",
    "spec",
    "types",
}
_STAGES = [".pre", "build", "test", "deploy", ".post"]
#: Keys that say nothing about what runs, or are read elsewhere.
_SILENT = {
    "stage",
    "script",
    "before_script",
    "after_script",
    "image",
    "services",
    "variables",
    "needs",
    "parallel",
    "artifacts",
    "cache",
    "allow_failure",
    "timeout",
    "retry",
    "extends",
    "tags",
    "coverage",
    "interruptible",
    "dependencies",
    "when",
    "rules",
    "only",
    "except",
    "description",
    "inherit",
}
_VARIABLE = re.compile(r"\$\{?(CI_\w+)")


def read_gitlab(value: Value, name: str, losses: Losses) -> Draft:
    """Give the draft of a pipeline."""
    draft = Draft(name.strip(".") or "pipeline")
    for key in ("include", "workflow"):
        if value.get(key):
            losses.add(value.get(key).line, key, "only what this file itself says is read")
    keys = Keys(value)
    draft.env = _variables(value.get("variables"), losses)
    named = [key for key, one in value.map.items() if key not in _TOP and not key.startswith(".") and one.map]
    names: dict[str, str] = {}
    for key in named:
        names[key] = job_name(key, names.values())
    order = [".pre", *(value.get("stages").texts or _STAGES), ".post"]
    stages = {key: keys.of(key, "stage").text or "test" for key in named}
    for key in named:
        job = _job(key, keys, names[key], losses)
        needs = keys.of(key, "needs")
        if needs.data is None:
            earlier = (
                [s for s in order[: order.index(stages[key])] if s in stages.values()] if stages[key] in order else []
            )
            job.needs = [names[one] for one in named if earlier and stages[one] == earlier[-1]]
        else:
            asked = [one.get("job").text or one.text for one in needs.items]
            job.needs = [names[one] for one in asked if one in names]
        draft.jobs.append(job)
    return draft


def _variables(value: Value, losses: Losses) -> dict[str, str]:
    found = {}
    for name, one in value.map.items():
        text = one.get("value").text if one.map else one.text
        if isinstance(one.data, list):
            losses.add(one.line, f"variable {name}", "a value is a text")
        else:
            found[name] = text.replace("${{", "$${{")
    return found


def _job(key: str, keys: Keys, name: str, losses: Losses) -> Job:
    value = keys.value.get(key)
    job = Job(name, line=value.line)
    why = _impossible(key, keys)
    if why:
        losses.add(value.line, f"job {key}", why)
        return job
    for part in sorted(set(value.map) - _SILENT):
        losses.add(value.get(part).line, f"{key}: {part}", "it has no counterpart")
    for part in ("rules", "only", "except"):
        if keys.of(key, part):
            losses.add(
                keys.of(key, part).line, f"{key}: {part}", "a run of ours does not know it; it runs without asking"
            )
    image = keys.of(key, "image", shared=True)
    job.image = (image.get("name").text or image.text) if "$" not in (image.get("name").text or image.text) else ""
    job.env = _variables(keys.of(key, "variables"), losses)
    job.matrix = Matrix({}, rows(keys.of(key, "parallel").get("matrix")))
    job.continue_on_error = keys.of(key, "allow_failure").true
    job.timeout = times(keys.of(key, "timeout").text)
    retry = keys.of(key, "retry")
    job.retries = int(retry.get("max").number or retry.number)
    _kept(job, key, keys)
    _scripts(job, key, keys, losses)
    _services(job, keys.of(key, "services", shared=True), losses)
    return job


def _impossible(key: str, keys: Keys) -> str:
    if keys.of(key, "trigger"):
        return "other pipelines are not started from here"
    if keys.of(key, "when").text == "manual":
        return "it is started by hand only"
    only = set(keys.of(key, "only").texts)
    if only and only <= {"tags", "schedules", "triggers", "web", "api"}:
        return "never true for a run of ours"
    return "" if keys.lines(key, "script") else "it has no script"


def _scripts(job: Job, key: str, keys: Keys, losses: Losses) -> None:
    line = keys.of(key, "script").line
    main = [*keys.lines(key, "before_script", shared=True), *keys.lines(key, "script")]
    after = keys.lines(key, "after_script", shared=True)
    for text, name, condition in (("\n".join(main), "", ""), ("\n".join(after), "after_script", "always()")):
        if not text.strip():
            continue
        if SECRET.search(text):
            job.notes.append(losses.add(line, f"{key}: {name or 'script'}", NO_SECRETS))
            continue
        for variable in dict.fromkeys(_VARIABLE.findall(text)):
            losses.add(line, f"{key}: ${variable}", "the variables of GitLab's server are not set")
        script, notes = cleaned(text, line, losses)
        if script:
            step = Step(script.replace("${{", "$${{"), name, condition=condition, notes=notes, line=line)
            step.on_failure = "continue" if name else "stop"
            job.steps.append(step)


def _kept(job: Job, key: str, keys: Keys) -> None:
    """Fill in artifacts, reports and caches."""
    artifacts = keys.of(key, "artifacts")
    paths = [one for one in artifacts.get("paths").texts if _plain(one)]
    if paths:
        job.artifacts.append(Artifact(paths, days=times(artifacts.get("expire_in").text) / 86400))
    formats = (("junit", "junit"), ("cobertura", "cobertura"))
    for name, format_ in formats:
        for at, path in enumerate(artifacts.get("reports").get(name).texts):
            if _plain(path):
                job.reports.append(Report(name if not at else f"{name}{at + 1}", format_, path))
    cache = keys.of(key, "cache", shared=True)
    for one in cache.items or [cache]:
        kept = [path for path in one.get("paths").texts if _plain(path)]
        files = [text for text in one.get("key").get("files").texts if _plain(text) and '"' not in text]
        text = (
            f"{job.name}-${{{{ hash({', '.join(f'{chr(34)}{f}{chr(34)}' for f in files)}) }}}}" if files else job.name
        )
        if kept:
            job.caches.append(Cache(text, kept))


def _plain(path: str) -> bool:
    return bool(path) and "$" not in path and "\\" not in path and not path.startswith("/")


def _services(job: Job, value: Value, losses: Losses) -> None:
    for one in value.items:
        image = one.get("name").text or one.text
        if not image or "$" in image:
            job.notes.append(losses.add(one.line, f"service {image}", "its image is not known here"))
            continue
        name = job_name(one.get("alias").text or image.rpartition("/")[2].partition(":")[0])
        env = _variables(one.get("variables"), losses)
        job.services.append(Service(name, image, " ".join(one.get("command").texts), env))
