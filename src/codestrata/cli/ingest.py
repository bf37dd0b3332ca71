"""``strata ingest``: repositories into snapshots."""

from __future__ import annotations

import typer

from codestrata.cli.context import context
from codestrata.cli.flags import AsJson, Workers
from codestrata.cli.report import tell


def ingest(
    ctx: typer.Context,
    workers: Workers = None,
    json: AsJson = False,
) -> None:
    """Fetch the selected repositories: bare, hardened, limited."""
    with context(ctx).open(engine__workers=workers) as workspace:
        tell(workspace.ingest(), json=json)
