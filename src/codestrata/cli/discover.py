"""``strata discover``: a list of repositories into the workspace."""

from __future__ import annotations

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Source
from codestrata.cli.outcome import perform


def discover(
    ctx: Context,
    source: Source,
    json: AsJson = False,
) -> None:
    """Read a list of repositories into the workspace."""
    perform(ctx, lambda workspace: workspace.discover(source), json=json)
