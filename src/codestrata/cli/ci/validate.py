"""``strata ci validate``: what is wrong with a pipeline file, and what it would run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from codestrata.cli.ci.flags import Params, converted, elsewhere, values_of
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, table
from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.ci.compile import Compiled
    from codestrata.ci.plan import JobPlan, Plan


def validate(
    files: Annotated[list[Path] | None, Argument("file", "Pipeline files.")] = None,
    json: AsJson = False,
    plan: Annotated[bool, Option("--plan", help="Print the whole plan, as JSON.")] = False,
    schema: Annotated[bool, Option("--schema", help="Print the JSON Schema of pipeline files, for editors.")] = False,
    param: Params = None,
) -> None:
    """Say what is wrong with pipeline files, and what they would run.

    Every problem of every file is told at once, as file:line:column: message (hint). The exit code is 2 if one of them
    is an error, 0 if there are none or only warnings.
    """
    from codestrata.ci.compile import examine

    if schema:
        from codestrata.ci.forms.schema import json_schema

        as_json(json_schema())
        return
    if not files:
        raise InvalidInput("a file is missing", where="strata ci validate", hint="strata ci validate pipeline.yaml")
    given = values_of(param)
    found = {str(path): _or_foreign(path, examine(path, given)) for path in files}
    if json:
        as_json([_tree(name, one, whole=plan) for name, one in found.items()])
    else:
        for name, one in found.items():
            _tell(name, one, whole=plan)
    if any(one.errors for one in found.values()):
        raise SystemExit(InvalidInput.exit_code)


def _or_foreign(path: Path, found: Compiled) -> Compiled:
    """Say of a wrong file that is another system's only whose it is; of a sound one, whose place it lies in."""
    from codestrata.ci.compile import Compiled
    from codestrata.ci.convert.detect import foreign
    from codestrata.ci.document import Problem

    if not found.errors:
        said = elsewhere(path)
        odd = (Problem(str(path), 1, 1, "warning", "foreign-place", said, ""),) if said else ()
        return replace(found, problems=(*found.problems, *odd))
    whose = foreign(path.read_text("utf-8", "replace"), str(path))
    if not whose:
        return found
    said, hint = f"this is a file of {whose}, not a pipeline", converted(path)
    return Compiled(None, (Problem(str(path), 1, 1, "error", "foreign", said, hint),), "")


def _tree(name: str, found: Compiled, *, whole: bool) -> dict[str, Any]:
    """Give the result as JSON."""
    levels = [{part: getattr(one, part) for part in one.__slots__} for one in found.problems]
    plan = found.plan
    told: dict[str, Any] = {"file": name, "form": found.form, "problems": levels, "valid": not found.errors}
    if plan is not None:
        told["hash"] = plan.hash
        told["jobs"] = [{"id": job.id, "needs": list(job.needs), "steps": len(job.steps)} for job in plan.jobs]
        told["columns"] = [{"name": one.name, "type": one.type} for one in plan.columns]
        told |= {"plan": plan.to_json()} if whole else {}
    return told


def _tell(name: str, found: Compiled, *, whole: bool) -> None:
    for problem in found.problems:
        line(str(problem))
    plan = found.plan
    if plan is None:
        line(f"{name}: {many(len(found.errors), 'error')}")
        return
    if whole:
        as_json(plan.to_json())
        return
    line(f"{name}: form {found.form}, plan {plan.hash}, {many(len(plan.jobs) + len(plan.cleanup), 'job')}")
    _overview(plan)


def _overview(plan: Plan) -> None:
    line()
    rows = [_row(job) for job in plan.jobs] + [(*_row(job)[:1], "(at the end)", *_row(job)[2:]) for job in plan.cleanup]
    table(["job", "needs", "steps", "network", "reports", "condition"], rows, right=[2])
    if plan.columns:
        line()
        table(["column", "type", "value"], [(one.name, one.type, one.expression) for one in plan.columns])


def _row(job: JobPlan) -> tuple[str, str, int, str, str, str]:
    reached = ", ".join((*job.network.registries, *job.network.hosts)) or "none"
    reports = ", ".join(f"{one.name} ({one.format})" for one in job.reports)
    return job.id, ", ".join(job.needs), len(job.steps), reached, reports, job.condition
