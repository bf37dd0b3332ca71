"""Steps that reach a package registry become jobs of their own: what follows runs without a network."""

from __future__ import annotations

import shlex
from dataclasses import replace

from codestrata.ci.draft.document import Draft, Job, Matrix, Step, job_name
from codestrata.ci.foreign import scripts

#: Said of the tools that would fetch by themselves: they shall say what they miss instead.
_OFFLINE = {"crates": {"CARGO_NET_OFFLINE": "true"}, "go": {"GOFLAGS": "-mod=mod", "GOPROXY": "off"}}


def split_network(draft: Draft) -> None:
    """Give every job that reaches registries a job before it that fetches, or the registries themselves."""
    jobs: list[Job] = []
    taken = {job.name for job in draft.jobs}
    shared: dict[str, Job] = {}
    for job in draft.jobs:
        before = _explicit(job, taken) or _implied(job, taken, shared)
        jobs += [*before, job]
    draft.jobs = jobs


def _explicit(job: Job, taken: set[str]) -> list[Job]:
    """Part a job behind its last step that fetches; where that cannot be, the whole job may reach registries."""
    needs = [scripts.registries(step.run) for step in job.steps]
    names = sorted({name for one in needs for name in one})
    if not names:
        return []
    last = max(at for at, one in enumerate(needs) if one)
    head, tail = job.steps[: last + 1], job.steps[last + 1 :]
    if not tail or job.services or job.parallel or any(map(_varies, head)):
        job.registries = names
        if any({one.kind for one in scripts.commands(step.run)} - {"fetch", ""} for step in job.steps):
            job.notes.append("it fetches while it works: divide it to run the rest without a network")
        return []
    fetch = replace(
        job,
        name=job_name(f"{job.name}-fetch", taken),
        steps=head,
        registries=names,
        matrix=Matrix(),
        artifacts=[],
        reports=[],
        services=[],
        notes=["the steps that need a network", *job.notes],
    )
    taken.add(fetch.name)
    job.steps, job.needs, job.caches, job.notes = tail, [fetch.name], [], ["no network from here on"]
    return [fetch]


def _varies(step: Step) -> bool:
    """Say whether a step differs within a matrix, or depends on what was before."""
    return "matrix" in " ".join([step.run, step.condition, step.folder, *step.env.values()]) or bool(step.condition)


def _implied(job: Job, taken: set[str], shared: dict[str, Job]) -> list[Job]:
    """Add a job that fetches for tools which do it by themselves; all jobs share it."""
    made = []
    for step in job.steps:
        for registry, (manifest, command) in scripts.implied(step.run).items():
            fetch = shared.get(registry)
            if fetch is None:
                fetch = Job(job_name(f"fetch-{registry}", taken), [], image=job.image, registries=[registry])
                fetch.notes = [f"what the tools of line {step.line} and others would fetch by themselves"]
                taken.add(fetch.name)
                shared[registry] = fetch
                made.append(fetch)
            _fetched(fetch, step.folder, manifest, command)
            if fetch.name not in job.needs:
                job.needs = [*job.needs, fetch.name]
            job.env = {**_OFFLINE[registry], **job.env}
    return made


def _fetched(job: Job, folder: str, manifest: str, command: str) -> None:
    """Fetch in a folder, too, if the repository has it."""
    folder = "." if "${{" in folder else folder
    place = manifest if folder == "." else f"{folder}/{manifest}"
    change = "" if folder == "." else f"cd {shlex.quote(folder)} && "
    script = f"if [ -f {shlex.quote(place)} ]; then {change}{command}; fi"
    if all(one.run != script for one in job.steps):
        job.steps.append(Step(script))
