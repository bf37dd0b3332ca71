"""``strata analyze``: blobs into facts."""

from __future__ import annotations

import typer

from codestrata.cli.context import context
from codestrata.cli.flags import AsJson, Workers
from codestrata.cli.report import tell


def analyze(
    ctx: typer.Context,
    workers: Workers = None,
    json: AsJson = False,
) -> None:
    """Analyse every blob nobody has analysed yet, and every path of the snapshots."""
    with context(ctx).open(engine__workers=workers) as workspace:
        tell(workspace.analyze(), json=json)
