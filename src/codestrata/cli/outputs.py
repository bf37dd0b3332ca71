"""``strata outputs``: promise A3."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Workers
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, note, table


def outputs(
    ctx: Context,
    root: Annotated[Path, Argument(metavar="ROOT", help="A repository, or a folder of repositories.")],
    out: Annotated[Path, Argument(metavar="OUT.jsonl", help="One object per repository.")],
    tool: Annotated[
        list[str] | None, Option("--tool", metavar="NAME", help="Only this tool (repeatable); all that apply else.")
    ] = None,
    workers: Workers = None,
    json: AsJson = False,
) -> None:
    """Run tools on every repository, in a sandbox, and write what they say.

    Each object has the output of clippy, fmt, audit, auditable, deny, semgrep, geiger, codeql, tree and ast as texts
    (empty when not run), and of the tools for other languages that apply; time_ms; and under tools, of each that
    applies, its status (ok, findings, missing, timeout, error or refused), exit code, version and findings. Rows for
    the same commit and the same versions are kept, so the same command goes on after an interrupt. Where the host has
    no sandbox nothing is run.
    """
    from codestrata.workspace import outputs as run_outputs

    done = run_outputs(root, out, ctx.settings(engine__workers=workers), only=tool or (), progress=ctx.teller())
    if json:
        as_json(asdict(done))
    else:
        for name, reason in done.failed.items():
            note(f"failed: {name}: {reason}")
        if done.refusal:
            note(f"nothing was run: {done.refusal}")
        statuses = sorted({status for counts in done.tools.values() for status in counts})
        rows = [(name, *(counts.get(status, 0) for status in statuses)) for name, counts in done.tools.items()]
        if rows:
            table(("tool", *statuses), rows, right=range(1, len(statuses) + 1))
        there = f"{len(done.kept):,} known already, {len(done.failed):,} failed: {out}"
        line(f"{many(len(done.done), 'repository')} looked at, {there}")
    if done.failed or done.refusal:
        raise SystemExit(3 if done.done or done.kept else 4)
