"""What a job's texts and scripts see: names of expressions, variables of the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from codestrata.ci.execute.files import Files
from codestrata.ci.execute.scene import Scene
from codestrata.ci.expressions import Expression, Scope, State, Surroundings, Template, parse, written
from codestrata.ci.plan import JobPlan, Plan, StepPlan
from codestrata.errors import StrataError
from codestrata.model.result import ResultClass

#: Characters of one variable's value; the kernel takes 128 KiB for each (MAX_ARG_STRLEN).
_LONGEST = 100_000
_TEMPLATE = re.compile(r"\$\{\{.*?(?:\}\}|$)")
_ODD = re.compile(r"[^A-Za-z0-9_]")
#: Functions that say for themselves what has to have been before.
_UNMET = "its condition does not hold"
_STATES = re.compile(r"\b(?:success|failure|always|cancelled)\s*\(")
_FACTS = {"repo": "name", "url": "url", "commit": "commit", "branch": "branch", "language": "language"}

parsed = lru_cache(maxsize=1024)(parse)
template = lru_cache(maxsize=1024)(Template.parse)


@dataclass(frozen=True, slots=True)
class World:
    """What is the same for a whole run."""

    plan: Plan
    scene: Scene
    files: Files

    def surroundings(self, state: State) -> Surroundings:
        """Give what everything sees."""
        return Surroundings(
            repo=self.scene.repository,
            params=self.plan.parameters,
            env=self.plan.env,
            state=state,
            tree=self.files,
        )


@dataclass(frozen=True, slots=True)
class View:
    """What one job sees: ``needs`` are the results of the jobs it needs, by id and by name; ``parts`` are ``job.*``."""

    world: World
    job: JobPlan
    needs: Mapping[str, ResultClass] = field(default_factory=dict)
    parts: Mapping[str, object] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    state: State = field(default_factory=State)

    def surroundings(self) -> Surroundings:
        """Give it as expressions want it."""
        base = self.world.surroundings(self.state)
        return replace(base, matrix=self.job.matrix, env=self.env, job=self.parts, needs=self.needs)

    def render(self, text: str, where: str) -> str:
        """Give a text with its values in it; raises ExpressionError where it cannot be read."""
        return template(text, where).render(self.surroundings().scope()) if "${{" in text else text

    def holds(self, condition: str, where: str, *, success: bool, usual: bool) -> bool:
        """Say whether a condition holds, where success() is ``success``; ``usual`` is meant where it names no state."""
        if not condition:
            return usual
        if not names_state(condition) and not usual:
            return False
        scope = self.surroundings().scope()
        scope = Scope(scope.names, {**scope.functions, "success": lambda: success})
        return bool(parsed(condition, where).evaluate(scope))


def names_state(condition: str) -> bool:
    """Say whether a condition says itself what has to have been before: success(), failure(), always()."""
    return bool(_STATES.search(condition))


def set_aside(reason: str) -> bool:
    """Say whether a reason is that of a condition: the pipeline itself did not want it run here."""
    return reason.startswith(_UNMET)


def unmet(condition: str, written: str = "") -> str:
    """Say that a condition does not hold, in its author's words, where they are known.

    One of constants alone was worked out when the file was read.
    """
    if condition == "false" and written not in {"", "false"}:
        return f"{_UNMET}: {written} (with these parameters and this matrix it is false for every repository)"
    if condition == "false":
        return f"{_UNMET}: with these parameters and this matrix it is false for every repository"
    return f"{_UNMET}: {written or condition}"


def titled(view: View, name: str) -> str:
    """Give a step's name for people: with its values in it, or with … where they cannot be had."""
    try:
        return view.render(name, "name")
    except StrataError:
        return _TEMPLATE.sub("…", name)


def environment(view: View, step: StepPlan | None, fetched: Mapping[str, str]) -> dict[str, str]:
    """Merge the variables of a step (or of its job, for None), from far to near; the nearest wins.

    Facts (STRATA_…), registries' (``fetched``), the pipeline's, the job's, the matrix's, the step's. Values are
    templates that see the variables before their level.
    """
    job, where = view.job, f"job {view.job.id}"
    merged = {**facts(view), **fetched}
    for level, env in (("pipeline", view.world.plan.env), (where, job.env)):
        merged |= _rendered(view, merged, env, level)
    merged |= {"MATRIX_" + _ODD.sub("_", axis).upper(): value for axis, value in job.matrix.items()}
    if step is not None:
        merged |= _rendered(view, merged, step.env, f'{where}, step "{step.name}"')
    return {name: clean(value) for name, value in merged.items()}


def facts(view: View) -> dict[str, str]:
    """Give what every command may know of where it runs: STRATA_JOB, STRATA_REPO, STRATA_COMMIT and so on."""
    repository = view.world.scene.repository
    about = {f"STRATA_{name.upper()}": str(repository.get(part, "")) for name, part in _FACTS.items()}
    return {"STRATA_JOB": view.job.id, "STRATA_EPOCH": str(view.world.scene.epoch)} | about


def _rendered(view: View, before: Mapping[str, str], env: Mapping[str, str], level: str) -> dict[str, str]:
    seeing = replace(view, env=before)
    return {name: seeing.render(value, f"{level}, env {name}") for name, value in env.items()}


def clean(value: str) -> str:
    """Give a value that an environment can hold: no NUL, not too long."""
    return value.replace("\0", "")[:_LONGEST]


def script(view: View, text: str, where: str) -> tuple[str, dict[str, str]]:
    """Give a service's script and the variables for the ``${{ … }}`` in it: values come by variable, never as code.

    Each becomes ``${STRATA_VALUE_1}`` and so on, which a shell splits into words unless it stands in double quotes.
    """
    if "${{" not in text:
        return text, {}
    pieces: list[str] = []
    values: dict[str, str] = {}
    scope = view.surroundings().scope()
    for part in template(text, where).parts:
        if isinstance(part, Expression):
            name = f"STRATA_VALUE_{len(values) + 1}"
            values[name] = clean(written(part.evaluate(scope)))
            pieces.append(f"${{{name}}}")
        else:
            pieces.append(part)
    return "".join(pieces), values
