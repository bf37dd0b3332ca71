"""``strata discover``: a list of repositories into the workspace."""

from __future__ import annotations

import typer

from codestrata.cli.context import context
from codestrata.cli.flags import AsJson, Source
from codestrata.cli.report import tell


def discover(
    ctx: typer.Context,
    source: Source,
    json: AsJson = False,
) -> None:
    """Read a list of repositories; they become the workspace's selection."""
    with context(ctx).open() as workspace:
        tell(workspace.discover(source), json=json)
