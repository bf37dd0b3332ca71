"""Reading trials: how the tests of each side of each commit ended, and which commits are worth another run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codestrata.export.shape.verified.judging import Side, after, compared
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import IO, View

#: Who runs the tests (:mod:`codestrata.ci.trial`), and the table that says how each ended.
TRIALS, TABLE = "ci.trial", "trials"


def sides_of(io: IO | View, files: Sequence[str], trials: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Side]]:
    """Give the sides of each commit, in the order in which they were tried.

    ``files``: of table **trials**, no more than those with rows; ``trials``: what the runs say of themselves.
    """
    tests: dict[tuple[str, str, str], dict[str, str]] = {}
    owners = ", ".join(f"'{one}'" for one in sorted({told["repository"] for told in trials}))
    if files and owners:
        asked = f"""select repository_id, "commit", side, test, status from {io.tables.scan(files)}
            where repository_id in ({owners}) order by "commit", side, test"""
        for row in rows_of(io.tables.query(asked)):
            tests.setdefault((row["repository_id"], row["commit"], row["side"]), {})[row["test"]] = row["status"]
    sides: dict[str, dict[str, Side]] = {}
    for told in trials:
        found = tests.get((told["repository"], told["commit"], told["side"]), {})
        sides.setdefault(told["commit"], {})[told["side"]] = Side(told, found)
    return sides


def worth(view: View) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Give the commits (repository id, commit) of a run whose base is worth a run, and those to be run once more."""
    files = [file.path for file in view.planned(TRIALS, TABLE) if file.rows]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for told in view.results(TRIALS):
        groups.setdefault(told["repository"], []).append(told)
    base: set[tuple[str, str]] = set()
    again: set[tuple[str, str]] = set()
    for owner, trials in groups.items():
        for commit, ran in sides_of(view, files, trials).items():
            own = ran.get("after")
            if own is None or after(own):
                continue
            base.add((owner, commit))
            if not compared(own, ran.get("base")).reason:
                again.add((owner, commit))
    return base, again
