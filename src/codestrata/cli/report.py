"""``strata report``: what a run cost, from the event log (promise C20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Option
from codestrata.cli.say import as_json, line, size, table

if TYPE_CHECKING:
    from codestrata.store.reports import Figures


def report(
    ctx: Context,
    run: Annotated[int, Option("--run", metavar="N", help="Which run [the last that did anything].")] = 0,
    by_repository: Annotated[bool, Option("--by-repository", help="A line for each repository.")] = False,
    json: AsJson = False,
) -> None:
    """Print what a run cost, stage by stage.

    Seconds (wall, work, processor), peak memory, bytes and what each stage counted, added up from the event log.
    """
    with ctx.open() as workspace:
        found = workspace.figures(run, by_repository=by_repository)
        names = {s.repository_id: s.full_name for s in workspace.status(every=True)}
    if json:
        as_json(found.as_dict())
        return
    line(f"run {found.run}: {found.command} ({found.state})")
    line()
    if not found.figures:
        line("nothing was left to do")
        return
    head = ("stage", "repository") if by_repository else ("stage",)
    rows = [_row(f, names, found.wall, by_repository=by_repository) for f in found.figures]
    clock = () if by_repository else ("wall",)
    header = (*head, "done", "failed", "killed", *clock, "work", "CPU", "peak", "bytes", "counts")
    table(header, rows, right=range(len(head), len(header) - 1))


def _row(f: Figures, names: dict[str, str], wall: dict[str, float], *, by_repository: bool) -> tuple[Any, ...]:
    whose = (names.get(f.subject, f.subject or "(several)"),) if by_repository else ()
    clock = () if by_repository else (f"{wall.get(f.stage, 0.0):.1f} s",)
    spent = (*clock, f"{f.seconds:.1f} s", f"{f.cpu_seconds:.1f} s", size(f.max_rss), size(f.bytes))
    counts = ", ".join(f"{name} {value:,.0f}" for name, value in sorted(f.counts.items()) if name != "bytes")
    return (f.stage, *whose, f"{f.done:,}", f"{f.failed:,}", f"{f.killed:,}", *spent, counts)
