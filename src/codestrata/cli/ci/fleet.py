"""``strata ci fleet``: one pipeline, many repositories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from codestrata.cli.ci.flags import Again, File, Params, Runner, compiled, shown, stamp
from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Option
from codestrata.cli.progress import settled, span
from codestrata.cli.say import line, many, note, table
from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.workspace.fleet import FleetReport, FleetRow

#: Rows of the table before the rest is only counted, and characters of a reason.
_MOST, _WHY = 40, 100
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def fleet(
    ctx: Context,
    file: File,
    *,
    select: Annotated[
        str, Option("--select", metavar="CONDITION", help="Which ones: \"language = 'Rust' and stars > 50\".")
    ] = "",
    parallel: Annotated[int | None, Option("--parallel", "-j", metavar="N", help="Repositories at once.")] = None,
    sample: Annotated[int, Option("--sample", metavar="N", help="Only so many, and an estimate for all.")] = 0,
    budget: Annotated[str, Option("--budget", metavar="TIME", help="Begin no other after 90s, 30m or 6h.")] = "",
    max_fail_rate: Annotated[
        str, Option("--max-fail-rate", metavar="SHARE", help="Stop when more than this share breaks: 20% or 0.2.")
    ] = "20%",
    param: Params = None,
    runner: Runner = None,
    again: Again = False,
    retry_dead: Annotated[bool, Option("--retry-dead", help="Try also what gave up in an earlier run.")] = False,
    json: AsJson = False,
) -> None:
    """Run a pipeline on many repositories; what is known already is not run again.

    Without a condition these are the repositories of the last run. It can be interrupted at any time; the same command
    goes on where it stopped. What killed its workers twice, or cannot be fetched, is left out from then on, and said to
    be, until --retry-dead or strata retry has it tried again. Results can be asked for in a dataset: --set
    export.checks.require="builds" export.
    """
    from codestrata.workspace.fleet import FleetTerms

    if sample < 0:
        raise InvalidInput(f"expected a number of repositories, got {sample}", where="--sample")
    terms = FleetTerms(select, sample, _seconds(budget), _share(max_fail_rate), stamp(again), retry_dead)
    settled(ctx.log)  # before what is said of the file
    plan = compiled(file, param)
    with ctx.open(sandbox__runner=runner, engine__workers=parallel) as workspace:
        pipelines = workspace.pipelines
        with shown(pipelines, _tell, json=json):
            report = pipelines.fleet(plan, terms)
    if report.exit_code:
        raise SystemExit(report.exit_code)


def _tell(report: FleetReport) -> None:
    listed(report.rows, report.shares)
    line()
    ended = Counter(row.result for row in report.rows)
    line(", ".join(f"{count:,} {name}" for name, count in ended.most_common()) + f"; {report.executed:,} run now")
    if report.chosen > len(report.rows):
        _estimate(report)
    if report.left_out:
        what = many(report.left_out, "repository")
        note(f"{what} left out: given up in an earlier run (--retry-dead, or strata retry, has them tried again)")
    if report.stopped:
        note(f"stopped: {report.stopped}; the same command goes on from here")


def listed(rows: Sequence[FleetRow], shares: Sequence[str]) -> None:
    """Print a table of repositories with the pipeline's columns; ``shares`` of them are told in per cent."""
    names = list(dict.fromkeys(name for row in rows for name in row.columns))
    cells = [_cells(row, names, shares) for row in rows[:_MOST]]
    table(("repository", "result", *names, "time", "why"), cells, right=range(2, 3 + len(names)))
    if len(rows) > _MOST:
        line(f"… and {len(rows) - _MOST:,} more (--json lists them)")


def _cells(row: FleetRow, names: list[str], shares: Sequence[str]) -> tuple[str, ...]:
    told = [_value(row.columns[name], share=name in shares) if name in row.columns else "" for name in names]
    time = "known" if row.known else f"{row.seconds:.1f} s" if row.seconds else ""
    why = row.reason if row.result != "passed" else ""
    return (row.repository, row.result, *told, time, why if len(why) <= _WHY else f"{why[: _WHY - 1]}…")


def per_cent(value: float) -> str:
    """Give a share for people; what is below 0 was not measured."""
    return f"{100 * value:.3g} %" if value >= 0 else "none"


def _value(value: object, *, share: bool) -> str:
    if value is None:
        return "?"
    if share and isinstance(value, float):
        return per_cent(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _estimate(report: FleetReport) -> None:
    found = report.estimate()
    whole = many(report.chosen, "repository")
    if found is None:
        line(f"{whole} meet the condition; a sample of two or more that run now tells how long all would take")
        return
    seconds, spread = found
    line(f"{whole} meet the condition: about {span(seconds)} ± {span(spread)} for all of them here")


def _seconds(text: str) -> float:
    """Read ``90s``, ``30m``, ``6h``, ``2d`` or seconds."""
    number, unit = (text[:-1], text[-1:]) if text[-1:] in _UNITS else (text, "s")
    try:
        return float(number) * _UNITS[unit] if text else 0.0
    except ValueError as error:
        raise InvalidInput(f"expected a time such as 90s, 30m or 6h, got {text!r}", where="--budget") from error


def _share(text: str) -> float:
    try:
        share = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise InvalidInput(f"expected a share such as 20% or 0.2, got {text!r}", where="--max-fail-rate")
    return share
