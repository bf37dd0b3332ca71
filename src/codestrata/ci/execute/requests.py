"""A job of a plan as the runner port wants it: isolation, limits, network, services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codestrata.ci.execute.scene import Scene
from codestrata.ci.execute.surroundings import View, clean, script
from codestrata.ci.plan import JobPlan, LimitsPlan, ServicePlan
from codestrata.errors import InvalidInput
from codestrata.sandbox.base import Isolation, Job, Limits, Network, Ready, Service
from codestrata.sandbox.table import wished
from codestrata.settings.sandbox import SandboxSettings

_MB = 1 << 20
_KB = 1 << 10


def isolation(job: JobPlan, settings: SandboxSettings) -> Isolation | None:
    """Give what a job asks for, else what the settings do; None: the runner's strongest. Raises InvalidInput."""
    if not job.isolation:
        return wished(settings)
    try:
        return Isolation(job.isolation)
    except ValueError as error:
        raise InvalidInput(f"no isolation {job.isolation!r}", hint=f"one of {', '.join(Isolation)}") from error


def limits(plan: LimitsPlan, settings: SandboxSettings) -> Limits:
    """Give a job's limits, the settings' where it has none; ``wall`` is each command's own."""
    return Limits(
        wall=settings.timeout,
        cpu_seconds=plan.cpu_seconds,
        cpus=plan.cpus or settings.cpus,
        memory=plan.memory or settings.memory_mb * _MB,
        processes=plan.processes or settings.processes,
        disk=plan.disk or settings.disk_mb * _MB,
        output=plan.output or settings.output_kb * _KB,
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """What a job's commands may reach, the variables that package clients need for it, and what was not granted."""

    network: Network = field(default_factory=Network)
    env: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def reach(job: JobPlan, scene: Scene) -> Reach:
    """Work out a job's network: none, unless it names registries or hosts. Raises InvalidInput."""
    asked = job.network
    if not (asked.registries or asked.hosts):
        return Reach()
    if not scene.settings.network:
        return Reach(problem="it asks for the network, which the settings turn off: it ran without (sandbox.network)")
    if asked.before not in {"", "commit_date"}:
        raise InvalidInput(f"no such date: before: {asked.before}", hint="commit_date")
    before = scene.epoch if asked.before else 0
    hosts, env = scene.hosts(asked.registries, before) if asked.registries else ((), {})
    names = sorted({*hosts, *asked.hosts, *scene.settings.hosts})
    return Reach(Network(tuple(names), before), env)


def request(view: View, scene: Scene, room_id: str, layers: tuple[Path, ...], env: Mapping[str, str]) -> Job:
    """Give what a room is asked for. Raises InvalidInput."""
    job = view.job
    return Job(
        id=room_id,
        tree=scene.tree,
        layers=layers,
        image=job.image or "host",
        isolation=isolation(job, scene.settings),
        limits=limits(job.limits, scene.settings),
        services=tuple(_service(one, view, env) for one in job.services),
        epoch=scene.epoch,
    )


def _service(plan: ServicePlan, view: View, env: Mapping[str, str]) -> Service:
    where = f"job {view.job.id}, service {plan.name}"
    own = {name: clean(view.render(value, f"{where}, env {name}")) for name, value in plan.env.items()}
    command, values = script(view, plan.command, f"{where}, command")
    ready = Ready(plan.ready.tcp, plan.ready.command, plan.ready.timeout)
    return Service(plan.name, command, plan.image, {**env, **own, **values}, ready)
