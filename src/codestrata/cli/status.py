"""``strata status``: where everything stands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.outcome import advised
from codestrata.cli.parts import Option
from codestrata.cli.say import as_json, line, table
from codestrata.model import IngestionStatus

if TYPE_CHECKING:
    from codestrata.store.reports import RepositoryStatus
    from codestrata.store.tasks import Task


def status(
    ctx: Context,
    dead: Annotated[bool, Option("--dead", help="List the tasks that gave up, with their reasons.")] = False,
    every: Annotated[bool, Option("--all", help="List every repository, not only those that failed.")] = False,
    json: AsJson = False,
) -> None:
    """Say where every repository of the last run stands."""
    with ctx.open() as workspace:
        rows = [_letter(t) for t in workspace.dead()] if dead else [_repository(r) for r in workspace.status()]
    if json:
        as_json(rows)
    elif dead:
        _dead(rows)
    else:
        _counts(rows)
        _listed(rows if every else [r for r in rows if r["status"] == "Failed"])


def _dead(rows: list[dict[str, Any]]) -> None:
    if not rows:
        line("no task has given up")
        return
    table(tuple(rows[0]), [tuple(r.values()) for r in rows], right=(0, 4))
    line()
    line("when the cause is gone: strata retry [TASK …], then run again")


def _counts(rows: list[dict[str, Any]]) -> None:
    count = Counter(r["status"] for r in rows)
    for name in IngestionStatus:
        if count[name]:
            line(f"{name:<12}{count[name]:>8,}")


def _listed(rows: list[dict[str, Any]]) -> None:
    if rows:
        line()
        table(tuple(rows[0]), [tuple(r.values()) for r in rows])


def _repository(r: RepositoryStatus) -> dict[str, Any]:
    return {"repository": r.full_name, "status": str(r.status), "reason": advised(r.reason, r.hint)}


def _letter(t: Task) -> dict[str, Any]:
    reason = advised(t.error, t.hint)
    told = {"stage": t.stage, "what": t.title, "class": str(t.error_class), "tries": t.attempts, "reason": reason}
    return {"task": t.id, **told}
