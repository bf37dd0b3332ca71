"""``strata analyze``: blobs into facts."""

from __future__ import annotations

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Workers
from codestrata.cli.outcome import perform


def analyze(
    ctx: Context,
    workers: Workers = None,
    json: AsJson = False,
) -> None:
    """Analyse every blob that nobody has analysed yet, and every path."""
    perform(ctx, lambda workspace: workspace.analyze(), json=json, engine__workers=workers)
