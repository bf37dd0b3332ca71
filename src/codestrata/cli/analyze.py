"""``strata analyze``: blobs into facts."""

from __future__ import annotations

import typer

from codestrata.cli.flags import AsJson, Workers
from codestrata.cli.outcome import perform


def analyze(
    ctx: typer.Context,
    workers: Workers = None,
    json: AsJson = False,
) -> None:
    """Analyse every blob that nobody has analysed yet, and every path."""
    perform(ctx, lambda workspace: workspace.analyze(), json=json, engine__workers=workers)
