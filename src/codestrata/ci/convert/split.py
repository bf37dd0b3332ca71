"""Steps that reach a package registry become jobs of their own: what follows runs without a network."""

from __future__ import annotations

import shlex
from dataclasses import replace

from codestrata.ci.draft.document import Draft, Job, Matrix, Step, job_name
from codestrata.ci.foreign import scripts

#: Said of the tools that would fetch by themselves: they shall say what they miss instead.
_SHARED = "what tools of the jobs below would fetch by themselves"
_OFFLINE = {"crates": {"CARGO_NET_OFFLINE": "true"}, "go": {"GOFLAGS": "-mod=mod", "GOPROXY": "off"}}


def split_network(draft: Draft) -> None:
    """Give every job that reaches registries a job before it that fetches, or the registries themselves."""
    jobs: list[Job] = []
    taken = {job.name for job in draft.jobs}
    shared: dict[str, Job] = {}
    for job in draft.jobs:
        before = _explicit(job, taken) if any(map(_registries, job.steps)) else _implied(job, taken, shared, jobs)
        jobs += [*before, job]
    draft.jobs = jobs


def _registries(step: Step) -> tuple[str, ...]:
    return scripts.registries(step.run)


def _explicit(job: Job, taken: set[str]) -> list[Job]:
    """Part a job behind its last step that fetches; where that cannot be, the whole job may reach registries."""
    needs = list(map(_registries, job.steps))
    names = sorted({name for one in needs for name in one})
    last = max(at for at, one in enumerate(needs) if one)
    head, tail = job.steps[: last + 1], job.steps[last + 1 :]
    beside = job.services and not all(map(_fetches, head))
    if not tail or beside or job.parallel or any(map(_varies, head)):
        job.registries = names
        if not all(map(_fetches, job.steps)):
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


def _fetches(step: Step) -> bool:
    return not {one.kind for one in scripts.commands(step.run)} - {"fetch", ""}


def _varies(step: Step) -> bool:
    """Say whether a step differs within a matrix, or depends on what was before."""
    return "matrix" in " ".join([step.run, step.condition, step.folder, *step.env.values()]) or bool(step.condition)


def _implied(job: Job, taken: set[str], shared: dict[str, Job], before: list[Job]) -> list[Job]:
    """Add a job that fetches for tools which do it by themselves; all jobs share it, if none before them fetches."""
    made = []
    fetched = _fetched_before(job, {one.name: one for one in before})
    for step in job.steps:
        for registry, (manifest, command) in scripts.implied(step.run).items():
            job.env = {**_OFFLINE[registry], **job.env}
            if registry in fetched:
                continue
            fetch = shared.get(registry)
            if fetch is None:
                fetch = Job(job_name(f"fetch-{registry}", taken), [], image=job.image, registries=[registry])
                fetch.notes = [_SHARED]
                taken.add(fetch.name)
                shared[registry] = fetch
                made.append(fetch)
            _fetch_in(fetch, step.folder, manifest, command)
            if fetch.name not in job.needs:
                job.needs = [*job.needs, fetch.name]
    return made


def _fetched_before(job: Job, known: dict[str, Job]) -> set[str]:
    """Give the registries that the jobs it starts from have reached; shared fetch jobs aside."""
    found: set[str] = set()
    seen: set[str] = set()
    left = list(job.needs)
    while left:
        name = left.pop()
        if name in known and name not in seen:
            seen.add(name)
            found |= set() if known[name].notes[:1] == [_SHARED] else set(known[name].registries)
            left += known[name].needs
    return found


def _fetch_in(job: Job, folder: str, manifest: str, command: str) -> None:
    """Fetch in a folder, too, if the repository has it."""
    folder = "." if "${{" in folder else folder
    place = manifest if folder == "." else f"{folder}/{manifest}"
    change = "" if folder == "." else f"cd {shlex.quote(folder)} && "
    script = f"if [ -f {shlex.quote(place)} ]; then {change}{command}; fi"
    if all(one.run != script for one in job.steps):
        job.steps.append(Step(script))
