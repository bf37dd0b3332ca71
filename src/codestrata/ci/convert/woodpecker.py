"""Woodpecker's workflows. Source: Woodpecker 3, "Workflow syntax", and the schema of its linter.

A step runs in its own image; here a job has one, so that steps of one image in a row are one job, and a graph of steps
(``depends_on``) is a graph of jobs.
"""

from __future__ import annotations

import re

from codestrata.ci.convert.losses import NO_SECRETS, SECRET, Losses, shown
from codestrata.ci.convert.scripts import cleaned
from codestrata.ci.convert.stages import folder
from codestrata.ci.convert.when import asked, triggers
from codestrata.ci.draft.document import Draft, Job, Matrix, Service, Step, job_name
from codestrata.ci.foreign.values import Value

_TOP = {"variables", "when", "steps", "services", "matrix", "$schema", "skip_clone", "labels"}
_STEP = {
    "name",
    "image",
    "commands",
    "environment",
    "directory",
    "when",
    "depends_on",
    "failure",
    "pull",
    "detach",
}
_VARIABLE = re.compile(r"\$\$?\{(\w+)\}|\$\$?(\w+)")


def read_woodpecker(value: Value, name: str, losses: Losses) -> Draft:
    """Give the draft of a workflow."""
    draft = Draft(name.strip(".") or "pipeline")
    for key in sorted(set(value.map) - _TOP):
        losses.add(value.get(key).line, key, "it has no counterpart")
    draft.on = triggers(value.get("when"), losses)
    matrix = _matrix(value.get("matrix"))
    steps = _named(value.get("steps"))
    reader = _Reader(losses, matrix, [_service(key, one, matrix, losses) for key, one in _named(value.get("services"))])
    graph = any(one.get("depends_on") for _, one in steps)
    names: dict[str, str] = {}
    for key, _ in steps:
        names[key] = job_name(key, names.values())
    before: Job | None = None
    for key, one in steps:
        step, service = reader.step(key, one)
        if service:
            reader.services.append(service)
        if step is None:
            continue
        image = reader.text(one.get("image"))
        if not graph and before and before.image == image:
            before.steps.append(step)
            continue
        job = Job(names[key], [step], matrix=matrix, image=image, line=one.line)
        after = _needed(one) if graph else []
        job.needs = [names[need] for need in after if need in names] if graph else [before.name] if before else []
        before = job
        draft.jobs.append(job)
    for job in draft.jobs:
        job.services = list(filter(None, reader.services))
    return draft


def _named(value: Value) -> list[tuple[str, Value]]:
    """Give steps or services with their names: a mapping, or a list with names inside."""
    if value.map:
        return list(value.map.items())
    return [(one.get("name").text or f"step-{at}", one) for at, one in enumerate(value.items, 1) if one.map]


def _needed(value: Value) -> list[str]:
    return [one.get("name").text or one.text for one in value.get("depends_on").items]


def _matrix(value: Value) -> Matrix:
    rows = [{key: one.text for key, one in row.map.items()} for row in value.get("include").items if row.map]
    if rows:
        every = list(dict.fromkeys(key for row in rows for key in row))
        return Matrix({}, [{key: row.get(key, "") for key in every} for row in rows])
    return Matrix({key: one.texts for key, one in value.map.items() if key != "include" and one.texts})


def _service(key: str, value: Value, matrix: Matrix, losses: Losses) -> Service | None:
    reader = _Reader(losses, matrix, [])
    if not value.get("image"):
        losses.add(value.line, f"service {key}", "it names no image")
        return None
    for name in sorted(set(value.map) - {"name", "image", "environment", "ports", "commands", "pull", "when"}):
        losses.add(value.get(name).line, f"service {key}: {name}", "services have no such option")
    ports = [int(one.split("/")[0]) for one in value.get("ports").texts if one.split("/")[0].isdecimal()]
    tcp = ports[0] if ports and 0 < ports[0] < 65536 else 0  # noqa: PLR2004 -- ports have 16 bits
    command = " && ".join(value.get("commands").texts)
    return Service(job_name(key), reader.text(value.get("image")), command, reader.environment(value, key), tcp)


class _Reader:
    """Reads steps; knows the matrix, whose values are put into texts as ``${NAME}``."""

    def __init__(self, losses: Losses, matrix: Matrix, services: list[Service | None]) -> None:
        self.losses = losses
        self.names = matrix.names
        self.services = services

    def text(self, value: Value) -> str:
        """Give a text with the matrix's values; ``$${X}`` is the shell's own."""

        def put(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            if found[0].startswith("$$"):
                return found[0][1:]
            if name in self.names:
                return f"${{{{ matrix.{name} }}}}"
            if name.startswith("CI_"):
                self.losses.add(value.line, f"${name}", "the variables of Woodpecker's server are not set")
            return found[0]

        return _VARIABLE.sub(put, value.text.replace("${{", "$${{"))

    def environment(self, value: Value, what: str) -> dict[str, str]:
        """Give an environment: a mapping, or a list of ``NAME=value``; secrets are left out and told."""
        given = value.get("environment")
        pairs = list(given.map.items())
        for one in given.items:
            name, _, text = one.text.partition("=")
            pairs.append((name, Value(one.line, text)))
        found = {}
        for name, one in pairs:
            if one.get("from_secret") or SECRET.search(one.text):
                self.losses.add(one.line, f"{what}: environment {name}", NO_SECRETS)
            elif isinstance(one.data, dict | list):
                self.losses.add(one.line, f"{what}: environment {name}", "a value is a text")
            elif name:
                found[name] = self.text(one)
        return found

    def step(self, key: str, value: Value) -> tuple[Step | None, Service | None]:
        """Give the step, or the service that a detached one is; neither where it is left out, which is told."""
        what = f"step {shown(key)}"
        condition = asked(value.get("when"), what, self.losses, self.names)
        commands = [self.text(one) for one in value.get("commands").items]
        why = self._impossible(value, commands, condition)
        if why:
            self.losses.add(value.line, what, why)
            return None, None
        for name in sorted(set(value.map) - _STEP):
            self.losses.add(value.get(name).line, f"{what}: {name}", "steps have no such key")
        env = self.environment(value, what)
        if value.get("detach").true:
            return None, Service(job_name(key), self.text(value.get("image")), " && ".join(commands), env)
        script, notes = cleaned("\n".join(commands), value.get("commands").line - 1, self.losses)
        if not script:
            return None, None
        step = Step(script, key, notes=notes, line=value.line, env=env, condition=str(condition or ""))
        step.folder = folder(value.get("directory"), what, self.losses)
        step.on_failure = "continue" if value.get("failure").text == "ignore" else "stop"
        return step, None

    def _impossible(self, value: Value, commands: list[str], condition: str | None) -> str:
        if condition is None:
            return "its conditions are never true for a run of ours"
        if value.get("settings") or value.get("secrets"):
            return "plugins are programs of others" if value.get("settings") else NO_SECRETS
        if not commands:
            return "it has no commands"
        return NO_SECRETS if SECRET.search("\n".join(commands)) else ""
