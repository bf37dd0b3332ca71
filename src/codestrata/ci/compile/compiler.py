"""From a file to a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from codestrata.ci.compile.doubts import check_columns, check_plan, check_unused
from codestrata.ci.compile.graph import check_needs, ordered
from codestrata.ci.compile.jobs import Jobs
from codestrata.ci.compile.merge import Extending
from codestrata.ci.compile.outside import column_plans, early, late, notifications, requirement, triggers
from codestrata.ci.compile.params import resolve
from codestrata.ci.compile.secrets import check_secrets
from codestrata.ci.compile.sources import gather
from codestrata.ci.compile.steps import env_plan, retry_plan
from codestrata.ci.compile.uses import check_uses
from codestrata.ci.document import Mark, Problem, Problems
from codestrata.ci.forms.given import Given
from codestrata.ci.forms.kinds import MISFIT
from codestrata.ci.forms.pipeline import PIPELINE
from codestrata.ci.plan import JobPlan, Plan, RetryPlan


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of a file: the plan (None where there are errors), all problems by place, and the file's form."""

    plan: Plan | None
    problems: tuple[Problem, ...]
    form: str

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Give the problems for which there is no plan."""
        return tuple(one for one in self.problems if one.level == "error")


def compiled(data: bytes, where: str, folder: Path | None, params: Mapping[str, str], *, lenient: bool) -> Compiled:
    """Compile a file's bytes; tells everything that is wrong at once.

    ``folder`` holds the file, for what it includes; ``lenient``: parameters that have to be given may be missing.
    """
    problems = Problems()
    source = gather(data, where, folder, problems)
    plan = None
    if source is not None:
        check_secrets(source.table, problems)
        extending = Extending(source.table, problems)
        given = PIPELINE.fit(extending.whole(source.table), "", problems)
        if given is not MISFIT:
            compiler = _Compiler(given, problems, Path(where).stem)
            plan = compiler.plan(params, lenient=lenient)
            compiler.check(plan, extending.used)
    return Compiled(None if problems.errors else plan, tuple(problems), source.form if source else "")


class _Compiler:
    """One pipeline on its way to a plan."""

    def __init__(self, given: Given, problems: Problems, stem: str) -> None:
        self.given = given
        self.problems = problems
        self.stem = stem
        self.used: set[str] = set()
        self.jobs: dict[str, Given] = {}

    def section(self, name: str) -> Given:
        """Give a map of the file, or an empty one."""
        found = self.given.get(name)
        return found if isinstance(found, Given) else Given(self.given.at(name), {}, {})

    def plan(self, params: Mapping[str, str], *, lenient: bool) -> Plan:
        """Give the plan; what could not be read is not in it."""
        given, problems, used = self.given, self.problems, self.used
        values = resolve(self.section("params"), params, problems, lenient=lenient)
        jobs, cleanup = self._divided()
        self.jobs = {**jobs, **cleanup}
        made = Jobs(self.section("defaults"), given.get("retry"), values, problems, used)
        before, after = early(values, problems, used), late(values, problems, used)
        return Plan(
            name=str(given.get("name", self.stem)),
            description=str(given.get("description", "")),
            jobs=self._jobs(jobs, cleanup, made),
            cleanup=self._jobs(cleanup, {}, made),
            require=requirement(given.get("require"), before),
            parameters=values.texts(),
            env=env_plan(given.get("env"), after),
            timeout=float(given.get("timeout", 3600.0)),
            retry=retry_plan(given.get("retry")) or RetryPlan(),
            columns=tuple(column_plans(self.section("columns"), values, used, problems)),
            on=triggers(given.get("on"), before),
            notifications=notifications(given.get("notifications", []), after),
        )

    def check(self, plan: Plan, extended: Iterable[str]) -> None:
        """Tell of what can be read but cannot be meant."""
        check_plan(plan, self.jobs, self.problems)
        check_unused(self.section("params"), self.section("templates"), self.used, extended, self.problems)
        check_columns(plan, self.section("columns"), self.problems)
        for job in (*plan.jobs, *plan.cleanup):
            check_uses(job, self.jobs[job.job], self.problems)

    def _divided(self) -> tuple[dict[str, Given], dict[str, Given]]:
        """Give jobs, and those that run at the end; a list under finally names jobs."""
        jobs, last = dict(self.section("jobs")), self.given.get("finally")
        if not isinstance(last, list):
            return jobs, dict(self.section("finally"))
        cleanup: dict[str, Given] = {}
        for one in last:
            name = one.get("job", "")
            if name in jobs:
                job = jobs.pop(name)
                cleanup[str(name)] = Given(job.mark, {**job, **({"if": one["if"]} if "if" in one else {})}, job.marks)
            elif name:
                self._unknown(one.at("job"), str(name), jobs)
        return jobs, cleanup

    def _unknown(self, mark: Mark, name: str, jobs: Mapping[str, Given]) -> None:
        from codestrata.ci.expressions.mistakes import meant

        self.problems.error(mark, "unknown-job", f'"finally" names "{name}", which is no job', meant(name, jobs))

    def _jobs(self, jobs: Mapping[str, Given], others: Mapping[str, Given], made: Jobs) -> tuple[JobPlan, ...]:
        made.prepare(jobs)
        check_needs(jobs, others, self.problems)
        return tuple(plan for name in ordered(jobs, self.problems) for plan in made.plans(name, jobs[name]))
