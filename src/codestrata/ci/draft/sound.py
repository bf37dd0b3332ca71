"""A draft that compiles: what the compiler refuses is taken out, and told, until nothing is left to refuse."""

from __future__ import annotations

import re
from collections.abc import Callable

from codestrata.ci.document.problem import Problem
from codestrata.ci.draft.document import Draft, Job
from codestrata.ci.draft.write import write
from codestrata.errors import NothingDone

#: Rounds of taking out: each takes out everything that is refused, and shows what else is.
_ROUNDS = 20
_TOP = re.compile(r"[a-z]\w*(?=:)")
_JOB = re.compile(r"  ([A-Za-z_][\w-]*):")
#: Told of what is taken out: the line in its source (0: none), what, why.
Tell = Callable[[int, str, str], object]


def sound(draft: Draft, tell: Tell, where: str = "") -> str:
    """Give the text of a draft, which compiles; raises NothingDone where no job is left."""
    from codestrata.ci.compile.compiler import compiled

    for _ in range(_ROUNDS):
        text = write(draft)
        errors = compiled(text.encode("utf-8", "replace"), where or "pipeline", None, {}, lenient=False).errors
        if not errors:
            return text
        lines = text.split("\n")
        for error in errors:
            _take_out(draft, lines, error, tell)
        draft.drop_missing()
        if not draft.jobs:
            break
    raise NothingDone("nothing of it can run here", where=where, hint="our compiler refuses all of it")


def _take_out(draft: Draft, lines: list[str], error: Problem, tell: Tell) -> None:
    """Take out the smallest part that holds an error: a variable, a job, a whole key."""
    above = lines[: max(error.line, 1)]
    top = next((found[0] for line in reversed(above) if (found := _TOP.match(line))), "")
    told = f"{error.message}{f' ({error.hint})' if error.hint else ''}"
    if top == "jobs":
        name = next((found[1] for line in reversed(above) if (found := _JOB.match(line))), "")
        job = next((one for one in draft.jobs if one.name == name), None)
        if job and job.steps and not _variable(job, error, above[-1]):
            job.steps = []
            tell(job.line, f"job {name}", told)
        elif job and job.steps:
            tell(job.line, f"{name}: a variable", told)
        return
    for part, empty in (("env", {}), ("on", {}), ("require", []), ("parameters", {}), ("columns", {}), ("notices", [])):
        if part == {"params": "parameters", "notifications": "notices"}.get(top, top) and getattr(draft, part):
            setattr(draft, part, empty)
            tell(0, top, told)
            return
    draft.jobs = []


def _variable(job: Job, error: Problem, line: str) -> bool:
    """Take out the variables of a line with a secret; says whether there were any."""
    if error.code != "secret":
        return False
    places = [job.env, *(step.env for step in job.steps), *(service.env for service in job.services)]
    named = [(env, name) for env in places for name in env if name in line and env[name] in line]
    for env, name in named:
        env.pop(name, None)
    return bool(named)
