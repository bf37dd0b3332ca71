"""``strata dataset init``: a recipe to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

from codestrata.cli.dataset.flags import DEFAULT
from codestrata.cli.parts import Argument, Option
from codestrata.cli.say import line
from codestrata.errors import InvalidInput

Kind = Literal["pretrain", "repo", "fim", "instruct", "commits", "patterns", "verified"]
#: What is taken where no source is named and no list is here: one small package, so that building works at once.
EXAMPLE = "pkg:pypi/iniconfig@2.0.0"


def init(
    file: Annotated[Path, Argument(metavar="FILE", help="The recipe to write (dataset.yaml unless told).")] = DEFAULT,
    recipe: Annotated[
        Kind, Option("--recipe", "-r", metavar="KIND", help="What a row is: pretrain, repo, fim, instruct, …")
    ] = "pretrain",
    source: Annotated[
        list[str] | None,
        Option("--source", "-s", metavar="SOURCE", help="A list, URL, purl or path (repeatable; repos.csv if there)."),
    ] = None,
) -> None:
    """Write a recipe to begin with: a YAML file of a few lines.

    Each figure stands beside where it is from; every other setting of export can be added by its name. A file that is
    there is never overwritten.
    """
    from codestrata.workspace.dataset.starter import start

    if file.name in get_args(Kind):
        raise InvalidInput("is what a row is, not a file", where=file.name, hint=f"--recipe {file.name}")
    line(start(file, recipe, source or [_here(file.parent, recipe)]).rstrip("\n"))
    line()
    line(f"written to {file}; next: strata dataset plan {file}, then strata dataset build {file}")


def _here(folder: Path, recipe: Kind) -> str:
    """Give the source that is meant where none is named. Raises InvalidInput where a history is needed, and none is."""
    from codestrata.settings.needs import HISTORY

    if (folder / "repos.csv").exists():
        return "repos.csv"
    if recipe not in HISTORY:
        return EXAMPLE
    if (folder / ".git").exists():
        return "."
    said = "its rows are made of a repository's history, and there is none here"
    raise InvalidInput(said, where=f"recipe {recipe}", hint="--source names a repository, or a list of some")
