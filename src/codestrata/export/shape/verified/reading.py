"""Reading trials: how the tests of each side of each commit ended, and which commits are worth another run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codestrata.export.shape.verified.judging import Ran, Side, after, bare_wanted, compared
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import IO, View

#: Who runs the tests (:mod:`codestrata.ci.trial`), and the table that says how each ended.
TRIALS, TABLE = "ci.trial", "trials"


def runs_of(io: IO | View, files: Sequence[str], trials: Sequence[Mapping[str, Any]]) -> dict[str, Ran]:
    """Give the runs of each commit, in the order in which they were tried.

    ``files``: of table **trials**, no more than those with rows; ``trials``: what the runs say of themselves.
    """
    tests: dict[tuple[str, str, str, int], dict[str, str]] = {}
    owners = ", ".join(f"'{one}'" for one in sorted({told["repository"] for told in trials}))
    if files and owners:
        asked = f"""select repository_id, "commit", side, run, test, status from {io.tables.scan(files)}
            where repository_id in ({owners}) order by "commit", side, run, test"""
        for row in rows_of(io.tables.query(asked)):
            place = (row["repository_id"], row["commit"], row["side"], row["run"])
            tests.setdefault(place, {})[row["test"]] = row["status"]
    sides: dict[str, dict[str, list[Side]]] = {}
    for told in trials:
        owner, commit, side = told["repository"], told["commit"], told["side"]
        runs = [Side(told, tests.get((owner, commit, side, run), {})) for run in range(1, told["runs"] + 1)]
        sides.setdefault(commit, {})[side] = runs
    return {commit: Ran(**found) for commit, found in sides.items()}


def worth(view: View) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Give the commits (repository id, commit) of a run whose base is worth a run, and those whose base is, bare."""
    files = [file.path for file in view.planned(TRIALS, TABLE) if file.rows]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for told in view.results(TRIALS):
        groups.setdefault(told["repository"], []).append(told)
    base: set[tuple[str, str]] = set()
    bare: set[tuple[str, str]] = set()
    for owner, trials in groups.items():
        for commit, ran in runs_of(view, files, trials).items():
            own, before = (next(iter(sides), None) for sides in (ran.after, ran.base))
            if own is None or after(own):
                continue
            base.add((owner, commit))
            if before and bare_wanted(compared(own, before), before, view.settings.export.verified.unbuilt):
                bare.add((owner, commit))
    return base, bare
