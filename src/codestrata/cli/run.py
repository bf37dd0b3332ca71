"""``strata run``: the whole way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codestrata.cli.context import context
from codestrata.cli.flags import AsJson, Out, Source, Workers
from codestrata.cli.report import tell


def run(
    ctx: typer.Context,
    source: Source,
    out: Out = Path("dataset"),
    workers: Workers = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask remote repositories for new commits.")] = False,
    json: AsJson = False,
) -> None:
    """From a list of repositories to a licensed, deduplicated dataset; resumable."""
    with context(ctx).open(engine__workers=workers, ingest__refresh=_stamp(refresh)) as workspace:
        tell(workspace.run(source, out), json=json)


def _stamp(refresh: bool) -> str | None:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds") if refresh else None
