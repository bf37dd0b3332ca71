"""Dataset: a recipe in a workspace, and all that can be done with the two."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.workspace.dataset.planned import Planned, gates, planned
from codestrata.workspace.dataset.relax import nothing_left

if TYPE_CHECKING:
    from codestrata.workspace.dataset.recipe import Recipe
    from codestrata.workspace.hall import Workspace
    from codestrata.workspace.report import RunReport

DECIDE = "export.decide"


@dataclass(frozen=True, slots=True)
class Built:
    """What building came to. ``fresh``: something was written; otherwise the dataset is what it would be already."""

    report: RunReport
    fresh: bool


class Dataset:
    """A recipe in a workspace whose settings are the recipe's."""

    def __init__(self, workspace: Workspace, recipe: Recipe) -> None:
        self.workspace = workspace
        self.recipe = recipe

    def plan(self) -> Planned:
        """Fetch, analyse and decide, then count; no dataset is written. What is known already is not done again.

        Raises NothingDone where nothing could be fetched or analysed.
        """
        report = self._decided()
        self.workspace.finish(report)
        catalogue, _ = self.workspace.hold()
        return planned(self.workspace.view(catalogue, report.run), report)

    def build(self, out: str | Path, *, empty: bool = False) -> Built:
        """Make the dataset in ``out``, in place of one that is there. It goes on where an earlier call was interrupted.

        Raises NothingDone where the recipe leaves no file, unless ``empty`` says that such a dataset is wanted.
        """
        from codestrata.export.stage import standing

        target = Path(out)
        self.workspace.check(target)
        report = self._decided()
        catalogue, _ = self.workspace.hold()
        view = self.workspace.view(catalogue, report.run)
        (counted,) = view.results(DECIDE)
        if counted["total"]["files"] and not counted["kept"]["files"] and not empty:
            self.workspace.finish(report, failed=True)
            raise nothing_left(str(self.recipe.file), gates(counted))
        report.stages.pop()  # the export below has the decision again, done already
        self.workspace.work(report, "export")
        report.dataset = standing(view, target)
        fresh = report.dataset is None
        if fresh:
            self.workspace.publish(report, target)
        return Built(self.workspace.finish(report), fresh)

    def _decided(self) -> RunReport:
        """Do all that a decision needs, and decide."""
        report = self.workspace.take_in(self.recipe.places(), ahead=True)
        return self.workspace.work(report, "ingest", "analyze", "export", last=DECIDE)
