"""The rows of a fleet: what each repository came to, and what is left out because it gave up before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codestrata.workspace.adopting import STAGE
from codestrata.workspace.fleet import FleetRow, Watch

if TYPE_CHECKING:
    from codestrata.engine.base import Partition
    from codestrata.engine.view import RunView
    from codestrata.model import Repository
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.ledger import Ledger
    from codestrata.store.tasks import Task


class Letters:
    """The dead letters there are before a fleet runs over the repositories it is ``asked`` for.

    What broke around the work is tried again by itself; what killed workers, took too long or cannot be fetched is not,
    unless somebody asks for it.
    """

    def __init__(self, ledger: Ledger, asked: Sequence[Repository]) -> None:
        self.asked = asked
        self._ledger = ledger
        self._before = {task.id: task for task in ledger.dead_letters()}

    def left_out(self, task: Task) -> bool:
        """Say whether a task that gave up did so before, and was not tried now."""
        before = self._before.get(task.id)
        return before is not None and before.finished == task.finished

    def revive(self) -> None:
        """Have the repositories fetched again that could not be."""
        subjects = {one.id for one in self.asked}
        ids = [one.id for one in self._before.values() if one.stage == "ingest" and one.subject in subjects]
        if ids:
            self._ledger.retry(ids)

    def revived(self, partitions: Iterable[Partition]) -> Iterator[Partition]:
        """Pass partitions on; those whose tasks gave up are due again."""
        dead = {task.key: task.id for task in self._before.values() if task.stage == STAGE}
        for partition in partitions:
            if found := dead.get(partition.key):
                self._ledger.retry([found])
            yield partition


def rows(catalogue: Catalogue, view: RunView, letters: Letters, watch: Watch) -> list[FleetRow]:
    """Give a row for each repository asked for, in the order of their names: results, and why others have none.

    ``watch`` knows what was told of those that were taken back, or broke.
    """
    cancelled = watch.cancelled
    took = {
        f.subject: f.seconds
        for f in catalogue.reports.figures(view.run, by_repository=True)
        if f.stage == STAGE and f.done
    }
    told = {**cancelled, **{r["repository"]: r for r in view.results(STAGE)}}
    lost = {task.subject: task for task in catalogue.ledger.tasks(view.run) if task.state != "done"}
    quarantined = {s.repository_id: s.quarantine for s in view.snapshots()}
    found = []
    for one in sorted(letters.asked, key=lambda r: (r.full_name, r.id)):
        if one.id in told:
            seconds = took.get(one.id, 0.0)
            known = one.id not in took and one.id not in cancelled
            found.append(row_of(told[one.id], one.full_name, known=known, seconds=seconds))
        else:
            found.append(_as_far(_without(one, lost.get(one.id), quarantined, letters), watch.broken.get(one.id)))
    return found


def _as_far(row: FleetRow, told: Mapping[str, Any] | None) -> FleetRow:
    """Add what is known of a run that has no result since it broke."""
    if told is None or row.result != "infra":
        return row
    known = row_of(told, row.repository, known=False, seconds=0.0)
    return replace(known, result=row.result, reason=row.reason)


def _without(one: Repository, task: Task | None, quarantined: Mapping[str, str], letters: Letters) -> FleetRow:
    if task is None:
        why = quarantined.get(one.id) or "there is no file in it"
        return FleetRow(one.full_name, one.id, "", "skipped", f"quarantined: {why}" if quarantined.get(one.id) else why)
    if task.state in {"ready", "leased"}:
        return FleetRow(one.full_name, one.id, "", "not run", "interrupted before its end")
    if task.state == "cancelled":
        return FleetRow(one.full_name, one.id, "", "not run", "the fleet was stopped before")
    kind = "infra" if task.error_class in {"infra", "poison", "oom", "timeout"} else "refused"
    left_out = letters.left_out(task)
    before = "gave up in an earlier run: " if left_out else ""
    what = f"{task.stage}: " if task.stage != STAGE else ""
    why = f"{before}{what}{task.error}" + (f" ({task.hint})" if task.hint else "")
    return FleetRow(one.full_name, one.id, "", kind, why, left_out=left_out)


def row_of(told: Mapping[str, Any], name: str, *, known: bool, seconds: float) -> FleetRow:
    """Make a row of a committed result."""
    columns = {column: told["columns"][column] for column, _ in told["types"]}
    return FleetRow(
        name, told["repository"], told["commit"], told["result"], told["reason"], known, round(seconds, 3),
        told["jobs"], columns, told["problems"],
    )  # fmt: skip
