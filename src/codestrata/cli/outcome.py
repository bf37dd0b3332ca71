"""Doing one thing with a workspace, and how its report looks on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codestrata.cli.context import Context
from codestrata.cli.say import as_json, facts, line, many, note, size, table
from codestrata.errors import StrataError

if TYPE_CHECKING:
    from codestrata.export.stage import Published
    from codestrata.workspace import RunReport, Workspace
    from codestrata.workspace.trying import Tasks

#: Lines of one kind before the rest is only counted.
MOST = 10

#: Why a commit that was tried is no task.
WHY = {
    "passes_before": "no test fails before it and passes after it",
    "breaks": "a test passes before it and fails after it",
    "flaky": "its tests ended otherwise in another run",
    "unbuilt": "with its tests nothing can be built before it (export.verified.unbuilt)",
    "nothing_passes": "no test passes after it",
    "not_run": "its tests did not come to run",
    "setup": "what its tests need could not be fetched or built",
    "unread": "the report of its tests is not whole",
    "refused": "this machine lacks a tool, the isolation or the registry",
    "broken": "its run broke by no fault of the code",
    "private": "a text of it may not be told as it is, or its message says nothing",
    "timeout": "its tests took too long (export.verified.timeout)",
}


def perform(ctx: Context, call: Callable[[Workspace], RunReport], *, json: bool, **flags: object) -> None:
    """Open the workspace, do one thing with it, print what came of it, and leave with its exit code.

    ``flags`` are settings of the command's own, with ``__`` for the dots. When the call ends in an error, what went
    wrong on the way there is told first.
    """
    with ctx.open(**flags) as workspace:
        try:
            report = call(workspace)
        except StrataError as error:
            if workspace.report and json:
                as_json({**as_plain(workspace.report), "exit_code": error.exit_code, "error": str(error)})
            elif workspace.report and not _says_all(error, workspace.report):
                troubles(workspace.report)
            raise
    tell(report, json=json)


def _says_all(error: StrataError, report: RunReport) -> bool:
    """Say whether an error names the one thing that went wrong: it need not be told twice."""
    reasons = [str(r) for r in report.rejected]
    reasons += [item.reason for item in report.failed] + [task.error for task in report.gave_up]
    return len(reasons) == 1 and reasons[0] in str(error)


def tell(report: RunReport, *, json: bool) -> None:
    """Print a report and leave with its exit code."""
    if json:
        as_json(as_plain(report))
    else:
        troubles(report)
        if report.tasks:
            tasks(report.tasks)
        if report.dataset:
            dataset(report.dataset)
        elif report.stages:
            _stages(report)
        else:
            line(many(report.repositories, "repository"))
    if report.exit_code:
        raise SystemExit(report.exit_code)


def dataset(made: Published) -> None:
    """Print what a dataset holds and where it is."""
    line()
    kept = made.files - sum(made.dropped.values())
    if made.rows:
        shards = many(made.shards, "shard")
        of = f"{kept:,} of {many(made.files, 'file')} kept"
        whole = of if kept == made.rows else f"{many(made.rows, 'row')}, {of}"
        line(f"{whole}: {size(made.bytes)} of text, {shards}")
        if set(made.splits) - {"train"}:
            line("splits: " + ", ".join(f"{name} {count:,}" for name, count in made.splits.items()))
    elif made.files:
        line(f"0 of {many(made.files, 'file')} kept: the dataset has no row (the rules are settings: strata config)")
    else:
        line("there was no file to decide on, every repository is empty: the dataset has no row")
    if made.dropped:
        _dropped(made.dropped)
    if made.languages:
        line()
        rows = [(name or "(unknown)", f"{n:,}", size(b)) for name, n, b in made.languages[:MOST]]
        table(("language", "rows", "text"), rows, right=(1, 2))
        if len(made.languages) > MOST:
            line(f"… and {many(len(made.languages) - MOST, 'language')} more")
    line()
    line(f"{made.out}")
    facts(made.parts, indent=" ")


def tasks(found: Tasks) -> None:
    """Say what came of commits that were tried."""
    line(f"{many(found.tried, 'commit')} tried, {many(found.verified, 'task')} verified")
    if found.left_out:
        rows = [(f"{count:,}", name, WHY.get(name, "its tests ended so")) for name, count in found.left_out.items()]
        table(("commits", "no task because", ""), rows, right=(0,))


def _dropped(dropped: dict[str, int]) -> None:
    from codestrata.export.stage import REASONS

    about = {reason.name: reason.about for reason in REASONS}
    line()
    rows = sorted(dropped.items(), key=lambda x: (-x[1], x[0]))
    table(("files", "dropped because", ""), [(f"{n:,}", name, about.get(name, "")) for name, n in rows], right=(0,))


def _stages(report: RunReport) -> None:
    rows = [(s.stage, f"{s.done:,}", f"{s.skipped:,}", f"{s.failed:,}", f"{s.seconds:.1f} s") for s in report.stages]
    table(("stage", "done", "already done", "failed", "time"), rows, right=(1, 2, 3, 4))


def troubles(report: RunReport) -> None:
    """Print, beside the result, what was refused and what failed, with what to do about it."""
    refused = [f"not read: {item}" for item in report.rejected]
    skipped = [f"skipped: {s.full_name}: {s.reason}" for s in report.skipped]
    failed = [f"failed: {s.full_name}: {advised(s.reason, s.hint)}" for s in report.failed]
    gave_up = [f"failed: {t.stage}: {t.title}: {advised(t.error, t.hint)}" for t in report.gave_up]
    for items in (refused, skipped, failed, gave_up):
        for text in items[:MOST]:
            note(text)
        if len(items) > MOST:
            listed = "strata status --all" if items is skipped else "strata status"
            where = "fix these rows first" if items is refused else f"{listed} lists them"
            note(f"… and {len(items) - MOST:,} more ({where})")
    if report.dataset and (failed or gave_up):
        note("the others went on; when the cause is gone: strata retry, then the same command again")
    if report.dataset and report.dataset.forced:
        _forced(report.dataset.forced)
    if report.dataset:
        shares(report.dataset.shares)


def shares(told: Mapping[str, Any]) -> None:
    """Say where splits are far from what was asked for; where nothing was, nothing is loaded."""
    if not told:
        return
    from codestrata.export.stage import uneven

    if said := uneven(told):
        note(f"note: {said}; more sources or another split.seed give others, by chance")


def _forced(gates: Sequence[str]) -> None:
    """Warn that a dataset was published against its gates, and where that stands."""
    fail = "1 gate fails" if len(gates) == 1 else f"{len(gates)} gates fail"
    note(f"warning: forced, {fail} ({'; '.join(gates)}); README.md and manifest.json record it")


def advised(reason: str, hint: str) -> str:
    """Give a reason with what to do about it."""
    return f"{reason} ({hint})" if hint else reason


def as_plain(report: RunReport) -> dict[str, object]:
    """Give a report as JSON."""
    made = report.dataset
    return {
        "run": report.run,
        "repositories": report.repositories,
        "rejected": [str(r) for r in report.rejected],
        "failed": {s.full_name: advised(s.reason, s.hint) for s in report.failed},
        "skipped": {s.full_name: s.reason for s in report.skipped},
        "gave_up": [{"stage": t.stage, "what": t.title, "reason": advised(t.error, t.hint)} for t in report.gave_up],
        "stages": {s.stage: {"done": s.done, "already_done": s.skipped, "failed": s.failed} for s in report.stages},
        "dataset": made.as_dict() if made else None,
        **({"tasks": report.tasks.as_dict()} if report.tasks else {}),
        "exit_code": report.exit_code,
    }
