"""What is done with datasets that lie in a folder, with or without the workspace they were built in."""

from __future__ import annotations

from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.export.report.stats import Stats
    from codestrata.export.stage import Difference, Membership, TakenDown
    from codestrata.workspace.dataset.dataset import Dataset


def takedown(out: str | Path, pattern: str, reason: str = "", date: str = "") -> TakenDown:
    """Take the rows that a pattern covers out of a dataset, and leave a tombstone; all or nothing.

    ``pattern`` is one of an opt-out list; ``date``: the day that the tombstone says. Raises InvalidInput, StorageError.
    """
    from codestrata.export.stage import read_pattern
    from codestrata.export.stage import takedown as take_down

    if date:
        _day(date)
    return take_down(Path(out), read_pattern(pattern, reason), date)


def _day(text: str) -> None:
    try:
        day.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no day", where="--date", hint="write it as 2026-01-31") from error


def membership(out: str | Path, name: str) -> Membership:
    """Say what a dataset has of a repository, by name, URL, purl or id; or why it has nothing. Raises InvalidInput."""
    from codestrata.export.stage import member

    return member(Path(out), name)


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


def look(folder: str | Path) -> Stats:
    """Give the figures of a dataset, and rows to browse. Raises InvalidInput where there is none."""
    from codestrata.export.report.stats import stats

    return stats(Path(folder))


def page(told: Stats) -> str:
    """Write the figures as a page of HTML that needs nothing else."""
    from codestrata.export.report.page import page as written

    return written(told)


def write_page(told: Stats, folder: Path, file: Path) -> None:
    """Write the page of a dataset into a file, which may not lie in the dataset. Raises InvalidInput, OSError."""
    if file.resolve().is_relative_to(folder.resolve()):
        hint = "name a file beside it"
        raise InvalidInput("lies in the dataset, whose files are all in its manifest", where=str(file), hint=hint)
    if file.is_dir():
        raise InvalidInput("is a folder, not a file", where=str(file), hint=f"--html {file / 'page.html'}")
    file.write_text(page(told), "utf-8")
