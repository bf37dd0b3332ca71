"""What is done with datasets that lie in a folder, with or without the workspace they were built in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestrata.export.stage import Difference
    from codestrata.workspace.dataset.dataset import Dataset


def compare(a: str | Path, b: str | Path | Dataset) -> Difference:
    """Compare a dataset's folder with another, or with what a recipe would make now. Raises InvalidInput."""
    from codestrata.export.compare.difference import difference
    from codestrata.export.compare.sides import of_folder, of_view
    from codestrata.store.tables import connect

    con = connect()
    first = of_folder(con, "a", Path(a))
    if isinstance(b, (str, Path)):
        return difference(con, first, of_folder(con, "b", Path(b)))
    b.plan()
    catalogue, _ = b.workspace.hold()
    return difference(con, first, of_view(con, "b", b.workspace.view(catalogue), str(b.recipe.file)))
