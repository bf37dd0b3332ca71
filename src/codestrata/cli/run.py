"""``strata run``: the whole way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Out, Source, Workers
from codestrata.cli.outcome import perform
from codestrata.cli.parts import Option


def run(
    ctx: Context,
    source: Source,
    out: Out = Path("dataset"),
    workers: Workers = None,
    refresh: Annotated[bool, Option("--refresh", help="Ask remote repositories for new commits.")] = False,
    json: AsJson = False,
) -> None:
    """From a list of repositories to a dataset: the whole way.

    It can be interrupted at any time; the same command goes on where it stopped. Run again, it does only what changed.
    """
    flags = {"engine__workers": workers, "ingest__refresh": _stamp(refresh)}
    perform(ctx, lambda workspace: workspace.run(source, out), json=json, **flags)


def _stamp(refresh: bool) -> str | None:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds") if refresh else None
