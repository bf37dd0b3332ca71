"""``strata status``: where everything stands."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer

from codestrata.cli.context import context
from codestrata.cli.flags import AsJson
from codestrata.cli.say import as_json, line, table


def status(
    ctx: typer.Context,
    dead: Annotated[bool, typer.Option("--dead", help="List the tasks that gave up, with their reasons.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List every repository, not only those that failed.")] = False,
    json: AsJson = False,
) -> None:
    """Say where every repository of the last run stands."""
    with context(ctx).open() as workspace:
        rows = _dead(workspace.dead()) if dead else _repositories(workspace.status())
    if json:
        as_json(rows)
    elif dead:
        table(("task", "stage", "what", "class", "tries", "reason"), [tuple(r.values()) for r in rows], right=(0, 4))
    else:
        for name, count in sorted(Counter(r["status"] for r in rows).items()):
            line(f"{name:<12}{count:>8,}")
        shown = rows if every else [r for r in rows if r["status"] == "Failed"]
        if shown:
            line()
            table(("repository", "status", "reason"), [tuple(r.values()) for r in shown])


def _repositories(found: Any) -> list[dict[str, str]]:
    return [{"repository": r.full_name, "status": str(r.status), "reason": r.reason} for r in found]


def _dead(tasks: Any) -> list[dict[str, Any]]:
    return [
        {
            "task": t.id,
            "stage": t.stage,
            "what": t.title,
            "class": t.error_class,
            "tries": t.attempts,
            "reason": t.error,
        }
        for t in tasks
    ]
