"""What the commands of datasets share: arguments, and opening a recipe in its workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from codestrata.cli.context import Context
from codestrata.cli.parts import Argument

if TYPE_CHECKING:
    from codestrata.workspace.dataset.dataset import Dataset

DEFAULT = Path("dataset.yaml")
RecipeFile = Annotated[Path, Argument(metavar="RECIPE", help="A recipe (dataset.yaml unless told).")]


def opened(ctx: Context, recipe: Path, **flags: object) -> Dataset:
    """Open a recipe in the workspace, with a command's own options as settings; closed when the command ends."""
    workspace = ctx.closing.enter_context(ctx.open())
    own = {name: value for name, value in flags.items() if value is not None}
    return workspace.dataset(recipe, **{**ctx.flags, **own})
