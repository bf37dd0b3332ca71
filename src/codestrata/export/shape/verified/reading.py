"""Reading trials: how the tests of each side of each commit ended, and which commits are worth another run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codestrata.export.shape.verified.judging import Ran, Side, Terms, after, bare_wanted, compared
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
    sides: dict[str, dict[tuple[str, int], Side]] = {}
    for told in trials:
        found = tests.get((told["repository"], told["commit"], told["side"], told["run"]), {})
        sides.setdefault(told["commit"], {})[told["side"], told["run"]] = Side(told, found)
    return {commit: _ran(found) for commit, found in sides.items()}


def _ran(sides: Mapping[tuple[str, int], Side]) -> Ran:
    """Put the runs of one commit in order; one that is missing ends its side's list."""

    def of(side: str) -> list[Side]:
        found: list[Side] = []
        while one := sides.get((side, len(found) + 1)):
            found.append(one)
        return found

    return Ran(of("after"), of("base"), sides.get(("bare", 1)))


def worth(view: View, side: str) -> list[tuple[str, int, set[tuple[str, str]]]]:
    """Give what is worth a run next: a side, which run of it, and the commits (repository id, commit).

    ``side``: "base" asks what the first runs were good for; "again" what is to be run, besides, for those that are
    tasks by one run of both sides: more runs, and the files before with their own tests where new ones broke others.
    """
    settings = view.settings.export.verified
    terms = Terms(settings.runs, settings.unbuilt)
    files = [file.path for file in view.planned(TRIALS, TABLE) if file.rows]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for told in view.results(TRIALS):
        groups.setdefault(told["repository"], []).append(told)
    wanted: dict[tuple[str, int], set[tuple[str, str]]] = {("base", 1): set()}
    for owner, trials in groups.items():
        for commit, ran in runs_of(view, files, trials).items():
            for asked in _asked(ran, terms, again=side == "again"):
                wanted.setdefault(asked, set()).add((owner, commit))
    return [(name, run, commits) for (name, run), commits in wanted.items()]


def _asked(ran: Ran, terms: Terms, *, again: bool) -> Iterator[tuple[str, int]]:
    """Give the sides of a commit that are worth a run, with those that were run for the same reason."""
    if not ran.after or after(ran.after[0]):
        return
    yield "base", 1
    base = next(iter(ran.base), None)
    found = compared(ran.after[0], base)
    if not again or found.reason or base is None:
        return
    for run in range(2, terms.runs + 1):
        yield "after", run
        yield "base", run
    if bare_wanted(found, base, terms):
        yield "bare", 1
