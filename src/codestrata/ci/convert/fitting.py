"""The last look at a draft: what our form does not allow is taken out, and told."""

from __future__ import annotations

import re

from codestrata.ci.convert.losses import Losses
from codestrata.ci.draft.document import Draft, Job

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,126}", re.ASCII)
_AXIS = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,31}", re.ASCII)
_FIELD = re.compile(r"(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?(?:,(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?)*", re.ASCII)
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
#: The longest times and most repetitions that the form allows.
_YEAR = 366 * 86400.0
_RETRIES = 10
_AT_ONCE = 1000
_NOT_YET = "it has to be known before a repository is"


def fit(draft: Draft, losses: Losses) -> None:
    """Make a draft one that compiles, as far as names and bounds go."""
    draft.env = _variables(draft.env, 0, losses)
    draft.timeout, draft.retries = min(draft.timeout, _YEAR), min(draft.retries, _RETRIES)
    _crons(draft, losses)
    for job in draft.jobs:
        job.env = _variables(job.env, job.line, losses)
        job.timeout, job.retries = min(job.timeout, _YEAR), min(job.retries, _RETRIES)
        job.matrix.most = min(job.matrix.most, _AT_ONCE)
        for step in job.steps:
            step.env = _variables(step.env, step.line, losses)
            step.timeout, step.retries = min(step.timeout, _YEAR), min(step.retries, _RETRIES)
        for service in job.services:
            service.env = _variables(service.env, job.line, losses)
        _axes(job, losses)
        _fixed(job, losses)


def _variables(env: dict[str, str], line: int, losses: Losses) -> dict[str, str]:
    for name in [name for name in env if not _VARIABLE.fullmatch(name)]:
        losses.add(line, f"variable {name}", "names of variables are letters, digits and _")
    return {name: text for name, text in env.items() if _VARIABLE.fullmatch(name)}


def _axes(job: Job, losses: Losses) -> None:
    bad = sorted(name for name in job.matrix.names if not _AXIS.fullmatch(name) or name in {"include", "exclude"})
    for name in bad:
        losses.add(job.line, f"{job.name}: matrix.{name}", "names of axes are letters, digits, - and _, at most 32")
        job.matrix.axes.pop(name, None)
        job.matrix.rows = [{key: text for key, text in row.items() if key != name} for row in job.matrix.rows]
    job.matrix.rows = [row for row in job.matrix.rows if row]


def _fixed(job: Job, losses: Losses) -> None:
    """Take out what may hold no expression of ours, and does."""
    for service in [one for one in job.services if "${{" in one.image]:
        losses.add(job.line, f"{job.name}: service {service.name}: {service.image}", _NOT_YET)
        job.services.remove(service)
    for artifact in list(job.artifacts):
        artifact.name = "" if "${{" in artifact.name else artifact.name
        kept = [path for path in artifact.paths if "${{" not in path]
        if len(kept) < len(artifact.paths):
            losses.add(job.line, f"{job.name}: artifact {', '.join(artifact.paths)}", _NOT_YET)
        artifact.paths = kept
        if not kept:
            job.artifacts.remove(artifact)
    for cache in list(job.caches):
        cache.paths = [path for path in cache.paths if "${{" not in path and ".." not in path.split("/")]
        if not cache.paths:
            losses.add(job.line, f"{job.name}: cache {cache.key}", _NOT_YET)
            job.caches.remove(cache)


def _crons(draft: Draft, losses: Losses) -> None:
    given = draft.on.pop("cron", [])
    texts = [str(one) for one in given] if isinstance(given, list) else [str(given)]
    kept = [text for text in texts if cron(text)]
    for text in texts:
        if text not in kept:
            losses.add(0, f"cron {text}", "a cron line has five fields of numbers here")
    if kept:
        draft.on["cron"] = kept[0] if len(kept) == 1 else kept


def cron(text: str) -> bool:
    """Say whether a text is a cron line of numbers. Source: crontab(5)."""
    fields = text.split()
    if len(fields) != len(_BOUNDS) or not all(map(_FIELD.fullmatch, fields)):
        return False
    return all(
        low <= int(number) <= high
        for field, (low, high) in zip(fields, _BOUNDS, strict=True)
        for part in field.split(",")
        for number in part.partition("/")[0].split("-")
        if number != "*"
    ) and all(int(part.partition("/")[2] or 1) for field in fields for part in field.split(","))
