"""``strata ingest``: repositories into snapshots."""

from __future__ import annotations

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Workers
from codestrata.cli.outcome import perform


def ingest(
    ctx: Context,
    workers: Workers = None,
    json: AsJson = False,
) -> None:
    """Fetch the selected repositories: bare, hardened, limited."""
    perform(ctx, lambda workspace: workspace.ingest(), json=json, engine__workers=workers)
