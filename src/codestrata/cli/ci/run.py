"""``strata ci run``: one pipeline, one repository, a live log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from codestrata.cli.ci.flags import Again, File, Params, Runner, compiled, shown, stamp
from codestrata.cli.ci.fleet import per_cent
from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Option
from codestrata.cli.say import facts, line, note, plain, structured, table

if TYPE_CHECKING:
    from codestrata.workspace.fleet import FleetReport, FleetRow


def run(
    ctx: Context,
    file: File,
    *,
    repo: Annotated[
        str, Option("--repo", "-r", metavar="REPO", help="A URL, purl, path or known name; REPO@COMMIT pins it.")
    ] = ".",
    param: Params = None,
    runner: Runner = None,
    jobs: Annotated[int | None, Option("--jobs", "-j", metavar="N", help="Jobs at once.")] = None,
    again: Again = False,
    json: AsJson = False,
) -> None:
    """Run a pipeline on one repository, with a live log.

    The same pipeline on the same commit, with the same programs, is not run twice: its result is shown again.
    Exit code 0: passed, or nothing to do here; 3: anything else. An interrupt ends what runs, and runs the jobs of
    `finally`; a second one ends these, too.
    """
    from codestrata.cli.ci.log import JsonLog, Log

    plan = compiled(file, param)
    with ctx.open(sandbox__runner=runner, engine__workers=1) as workspace:
        if ctx.log == "json":
            workspace.progress = JsonLog()
        elif ctx.log == "auto" or not json:
            structured(on=False)  # a log is for people, with or without a terminal
            workspace.progress = Log()
        pipelines = workspace.pipelines
        with shown(pipelines, _tell, json=json):
            report = pipelines.run(plan, repo, parallel=jobs or _cores(), again=stamp(again))
    if report.rows[0].result not in {"passed", "skipped"}:
        raise SystemExit(3)


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0))


def _tell(report: FleetReport) -> None:
    (row,) = report.rows
    for problem in row.problems:
        note(f"report: {problem}")
    if row.jobs:
        listed = [(j["id"], j["result"], f"{j['seconds']:.1f} s", j["reason"]) for j in row.jobs]
        table(("job", "result", "time", "why"), listed, right=(2,))
        line()
    if row.columns:
        told = {name: _value(value, share=name in report.shares) for name, value in row.columns.items()}
        facts(told, indent="  ")
        line()
    line(plain(_last(report.name, row)))


def _last(name: str, row: FleetRow) -> str:
    what = f"{name} on {row.repository}" + (f"@{row.commit[:12]}" if row.commit else "")
    known = " (known already; --again runs it again)" if row.known else ""
    why = f": {row.reason}" if row.reason and row.result != "passed" else ""
    return f"{what}: {row.result}{why}{known}"


def _value(value: object, *, share: bool) -> str:
    if value is None:
        return "? (not known: nothing was judged)"
    if share and isinstance(value, float):
        return per_cent(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
