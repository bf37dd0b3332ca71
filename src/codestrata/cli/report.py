"""What a run's report looks like on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from codestrata.cli.say import as_json, line, note, size, table

if TYPE_CHECKING:
    from codestrata.export.stage import Published
    from codestrata.workspace import RunReport

#: Lines of one kind before the rest is only counted.
MOST = 10


def tell(report: RunReport, *, json: bool) -> None:
    """Print a report and leave with its exit code."""
    if json:
        as_json(_plain(report))
    else:
        _troubles(report)
        if report.dataset:
            dataset(report.dataset)
        elif report.stages:
            _stages(report)
        else:
            line(f"{report.repositories} repositories")
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def dataset(made: Published) -> None:
    """Print what a dataset holds and where it is."""
    line()
    line(f"{made.rows:,} of {made.files:,} files kept, {size(made.bytes)} of text, {made.shards} shards")
    if made.dropped:
        line()
        table(("dropped because", "files"), sorted(made.dropped.items(), key=lambda x: (-x[1], x[0])), right=(1,))
    line()
    table(
        ("language", "files", "text"),
        [(name or "(unknown)", f"{n:,}", size(b)) for name, n, b in made.languages[:MOST]],
        right=(1, 2),
    )
    line()
    line(f"{made.out}")
    for name, meaning in made.parts.items():
        line(f"  {name:<18} {meaning}")


def _stages(report: RunReport) -> None:
    rows = [(s.stage, s.done, s.skipped, s.failed, f"{s.seconds:.1f} s") for s in report.stages]
    table(("stage", "done", "already done", "failed", "time"), rows, right=(1, 2, 3, 4))


def _troubles(report: RunReport) -> None:
    refused = [f"not read: {item}" for item in report.rejected]
    failed = [f"failed: {item.full_name}: {item.reason}" for item in report.failed]
    for items in (refused, failed):
        for text in items[:MOST]:
            note(text)
        if len(items) > MOST:
            note(f"… and {len(items) - MOST} more (strata status)")


def _plain(report: RunReport) -> dict[str, object]:
    made = report.dataset
    return {
        "run": report.run,
        "repositories": report.repositories,
        "rejected": [str(r) for r in report.rejected],
        "failed": {s.full_name: s.reason for s in report.failed},
        "stages": {s.stage: {"done": s.done, "already_done": s.skipped, "failed": s.failed} for s in report.stages},
        "dataset": made.as_dict() if made else None,
        "exit_code": report.exit_code,
    }
