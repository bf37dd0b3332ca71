"""``strata collect``: promise A4."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codestrata.cli.say import line, note


def collect(
    root: Annotated[Path, typer.Argument(help="A repository, or a folder of repositories.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="One object per text file: name, path, content.")],
) -> None:
    """Write every text file of every repository as one JSON object per line."""
    from codestrata.workspace import collect as collect_files

    done = collect_files(root, out)
    for name, reason in done.failed.items():
        note(f"failed: {name}: {reason}")
    line(f"{done.files:,} text files of {done.repositories} repositories, {done.binary:,} binary files skipped: {out}")
    if done.failed:
        raise typer.Exit(3)
