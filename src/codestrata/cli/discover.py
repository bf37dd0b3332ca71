"""``strata discover``: a list of repositories into the workspace."""

from __future__ import annotations

import typer

from codestrata.cli.flags import AsJson, Source
from codestrata.cli.outcome import perform


def discover(
    ctx: typer.Context,
    source: Source,
    json: AsJson = False,
) -> None:
    """Read a list of repositories into the workspace."""
    perform(ctx, lambda workspace: workspace.discover(source), json=json)
