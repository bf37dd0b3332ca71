"""``strata dataset validate``: every gate, asked of a dataset that lies in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, table

if TYPE_CHECKING:
    from codestrata.export.stage import Judgement, Report

_SHOWN = 5


def validate(
    ctx: Context,  # noqa: ARG001 -- a dataset stands for itself
    dataset: Annotated[Path, Argument(metavar="DIR", help="A dataset's folder.")],
    before: Annotated[
        Path | None, Option("--before", metavar="DIR", help="An earlier version, for what has drifted.")
    ] = None,
    quick: Annotated[bool, Option("--quick", help="Do not read the texts.")] = False,
    json: AsJson = False,
) -> None:
    """Ask every gate of a dataset: files, schema, licences, leaks, secrets.

    Needs no workspace. Exit code 4: a gate fails; the rows that do are named.
    """
    from codestrata.errors import GateFailed
    from codestrata.workspace.dataset.validated import validate as validated

    report = validated(dataset, before=before, texts=not quick)
    if json:
        as_json(report.as_dict())
    else:
        _tell(report)
    if report.failed:
        raise SystemExit(GateFailed.exit_code)


def _tell(report: Report) -> None:
    told = ((one.gate, one.state, _figure(one), one.why or one.about) for one in report.judgements)
    table(("gate", "", "", ""), list(told))
    for one in report.failed:
        line()
        line(f"{one.gate}: {one.about}")
        for row in one.rows[:_SHOWN]:
            line(f"  {row}")
        if one.failing > _SHOWN:
            line(f"  … {many(one.failing - min(_SHOWN, len(one.rows)), 'row')} more; --json names {len(one.rows)}")


def _figure(one: Judgement) -> str:
    if one.value < 0:
        return ""
    said = f"{one.value:.2%}" if one.value <= 1 else f"{one.value:,.0f}"
    return f"{said} (limit {one.threshold:g})" if one.threshold > 0 else said
