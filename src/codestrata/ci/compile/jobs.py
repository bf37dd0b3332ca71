"""Jobs of the plan: one for each combination of a matrix, all that defaults say put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from codestrata.ci.compile.matrix import Combination, combinations, job_id
from codestrata.ci.compile.params import Params
from codestrata.ci.compile.place import Place, as_written
from codestrata.ci.compile.steps import env_plan, retry_plan, seconds, step_plans
from codestrata.ci.document import Problems
from codestrata.ci.expressions import Type, conditions
from codestrata.ci.forms.given import Given
from codestrata.ci.plan import (
    ArtifactPlan,
    CachePlan,
    JobPlan,
    LimitsPlan,
    NetworkPlan,
    ReadyPlan,
    RepeatPlan,
    ReportPlan,
    RetryPlan,
    ServicePlan,
)

_DAY = 86400.0
#: Characters of all steps, at most, and what a step counts beside its script.
_MOST, _STEP = 4_000_000, 400


@dataclass(slots=True)
class Jobs:
    """Turns jobs as given into jobs of the plan. ``used``: names that expressions asked for."""

    defaults: Given
    retry: Given | None
    params: Params
    problems: Problems
    used: set[str] = field(default_factory=set)
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    matrices: dict[str, list[Combination]] = field(default_factory=dict)
    size: int = 0

    def prepare(self, jobs: Mapping[str, Given]) -> None:
        """Work out the combinations of every job, so that others can need them."""
        for name, job in jobs.items():
            found = combinations(name, job.get("matrix"), self.problems)
            self.matrices[name] = found = self._bounded(name, job, found)
            taken: list[str] = []
            for one in found:
                own = job_id(name, one)
                taken.append(own if own not in taken else f"{own} #{len(taken) + 1}")
            self.ids[name] = tuple(taken)

    def _bounded(self, name: str, job: Given, found: list[Combination]) -> list[Combination]:
        """Keep what a plan can hold: all steps of all combinations, with their scripts."""
        each = sum(_STEP + len(one.get("run", "")) for one in job.get("steps", ()))
        self.size += each * len(found)
        if self.size <= _MOST:
            return found
        said = f'with the job "{name}" the plan is too large'
        hint = "fewer combinations, fewer steps, or scripts in files of the repository"
        self.problems.error(job.mark, "plan-size", said, hint)
        self.size -= each * len(found)
        return found[:1]

    def plans(self, name: str, job: Given) -> Iterator[JobPlan]:
        """Give a job's plans, one for each combination."""
        axes = {axis: Type("str") for one in self.matrices[name] for axis in one}
        types = conditions(params=self.params.types, matrix=axes, needs=map(str, job.get("needs", ())))
        place = Place(types, self.problems, {"params": self.params.values}, self.used)
        for own, combination in zip(self.ids[name], self.matrices[name], strict=True):
            whole = {axis: combination.get(axis, "") for axis in axes}
            yield self._plan(own, name, job, combination, place.knowing({"matrix": whole}))

    def _common(self, job: Given) -> Given:
        """Lay a job over the defaults: maps are merged, anything else is the job's own."""
        merged = {**self.defaults, **job}
        for key in ("env", "resources"):
            if key in self.defaults and key in job:
                merged[key] = {**self.defaults[key], **job[key]}
        merged["step_timeout"] = self.defaults.get("timeout")
        merged["timeout"] = job.get("timeout")
        return Given(job.mark, merged, {**self.defaults.marks, **job.marks})

    def _plan(self, own: str, name: str, given: Given, combination: Combination, place: Place) -> JobPlan:
        job = self._common(given)
        matrix = given.get("matrix") or {}
        needs = [one for need in dict.fromkeys(map(str, job.get("needs", ()))) for one in self.ids.get(need, ())]
        image = job.get("image")
        return JobPlan(
            id=own,
            job=name,
            steps=step_plans(job.get("steps", ()), job, place),
            matrix=combination,
            needs=tuple(needs),
            condition=(condition := place.condition(job.get("if"))),
            written=as_written(job.get("if"), condition),
            runner=_chosen(job.get("runner")),
            image=place.fixed(image, "image") if image else "",
            isolation=_chosen(job.get("isolation")),
            network=_network(job.get("network")),
            limits=_limits(job.get("resources")),
            timeout=seconds(job.get("timeout")),
            continue_on_error=job.get("continue_on_error", False),
            parallel=job.get("parallel", False),
            max_parallel=matrix.get("max_parallel", 0),
            retry=retry_plan(job.get("retry") or self.retry) or RetryPlan(),
            repeat=_repeat(job.get("repeat")),
            env=env_plan(job.get("env"), place),
            services=tuple(_service(key, one, place) for key, one in job.get("services", {}).items()),
            cache=tuple(_cache(one, place) for one in job.get("cache", ())),
            artifacts=tuple(_artifact(one) for one in job.get("artifacts", ())),
            reports=tuple(_report(key, one) for key, one in job.get("reports", {}).items()),
            line=job.mark.line,
        )


def _chosen(word: str | None) -> str:
    """Give a choice of the plan; auto leaves it to the settings."""
    return "" if word in {None, "auto"} else str(word)


def _network(given: Given | None) -> NetworkPlan:
    if given is None:
        return NetworkPlan()
    registries = tuple(dict.fromkeys(map(str, given.get("registries", ()))))
    hosts = tuple(dict.fromkeys(str(one).lower() for one in given.get("hosts", ())))
    return NetworkPlan(registries=registries, hosts=hosts, before=str(given.get("before", "")))


def _limits(given: Mapping[str, float] | None) -> LimitsPlan:
    limits = given or {}
    return LimitsPlan(
        cpus=seconds(limits.get("cpu")),
        cpu_seconds=seconds(limits.get("cpu_seconds")),
        memory=int(limits.get("memory", 0)),
        processes=int(limits.get("pids", 0)),
        disk=int(limits.get("disk", 0)),
        output=int(limits.get("output", 0)),
    )


def _repeat(given: Given | None) -> RepeatPlan:
    if given is None:
        return RepeatPlan()
    runs = given.get("runs", 1)
    return RepeatPlan(runs=runs, order=tuple(map(str, given["order"]))) if given.get("order") else RepeatPlan(runs=runs)


def _service(name: str, given: Given, place: Place) -> ServicePlan:
    return ServicePlan(
        name=name,
        command=str(given.get("command", "")),
        image=str(given.get("image", "")),
        env=env_plan(given.get("env"), place),
        ready=ReadyPlan(**_ready(given.get("ready") or {})),
    )


def _ready(given: Mapping[str, Any]) -> dict[str, Any]:
    kinds: dict[str, type] = {"tcp": int, "command": str, "timeout": float}
    return {key: kinds[key](value) for key, value in given.items()}


def _cache(given: Given, place: Place) -> CachePlan:
    return CachePlan(
        key=place.text(given.get("key", "")),
        paths=_texts(given.get("paths", ())),
        restore=tuple(place.text(one) for one in given.get("restore", ())),
    )


def _artifact(given: Given) -> ArtifactPlan:
    paths = _texts(given.get("path", ()))
    name = str(given.get("name") or (paths[0] if paths else ""))
    return ArtifactPlan(name=name, paths=paths, keep_days=seconds(given.get("keep", 0.0) / _DAY))


def _report(name: str, given: Given) -> ReportPlan:
    found = {key: str(given.get(key, "")) for key in ("format", "path", "tool")}
    return ReportPlan(name=name, **found)


def _texts(several: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(str, several))
