"""``strata ci derive``: a pipeline proposed for a repository."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import as_json, line, many, note


def derive(
    ctx: Context,
    repository: Annotated[
        str, Argument(metavar="REPO", help="A path, URL, purl, or the name of a repository of the workspace.")
    ],
    out: Annotated[Path | None, Option("--out", "-o", metavar="FILE", help="Where to write it, not stdout.")] = None,
    json: AsJson = False,
) -> None:
    """Propose a pipeline from a repository's manifests and its own CI."""
    with ctx.open() as workspace:
        made = workspace.pipelines.derive(repository)
    if out:
        out.write_text(made.text, "utf-8")
    if json:
        as_json({"kits": list(made.kits), "tests": made.tests, "jobs": made.jobs, "text": made.text})
        return
    line(f"{many(made.jobs, 'job')} for {repository}: {out}" if out else made.text.rstrip("\n"))
    for kit, place in made.tests.items():
        note(f"{kit}: tests {_found(place)}")


def _found(place: str) -> str:
    if not place:
        return "not found"
    return "as is usual, its CI names none" if place == "default" else f"as in {place}"
