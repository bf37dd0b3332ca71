"""``strata export``: facts into a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson, Out, Workers
from codestrata.cli.outcome import perform
from codestrata.cli.parts import Option


def export(
    ctx: Context,
    out: Out = Path("dataset"),
    workers: Workers = None,
    format_: Annotated[str | None, Option("--format", metavar="KIND", help="parquet, jsonl or jsonl.zst.")] = None,
    json: AsJson = False,
) -> None:
    """Decide what stays and write the dataset.

    Thresholds and policies can be changed between two exports; nothing is analysed again.
    """
    flags = {"engine__workers": workers, "export__write__format": format_}
    perform(ctx, lambda workspace: workspace.export(out), json=json, **flags)
