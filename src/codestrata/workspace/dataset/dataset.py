"""Dataset: a recipe in a workspace, and all that can be done with the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput
from codestrata.workspace.asked import check
from codestrata.workspace.dataset.optouts import heeding
from codestrata.workspace.dataset.planned import Planned, gates, planned
from codestrata.workspace.dataset.recipe import Recipe, full_name, parse
from codestrata.workspace.dataset.relax import nothing_left

if TYPE_CHECKING:
    from codestrata.store.catalogue import Catalogue
    from codestrata.workspace.dataset.whatif import WhatIf
    from codestrata.workspace.hall import Workspace
    from codestrata.workspace.report import RunReport

DECIDE = "export.decide"


@dataclass(frozen=True, slots=True)
class Built:
    """What building came to. ``fresh``: something was written; otherwise the dataset is what it would be already."""

    report: RunReport
    fresh: bool


class Dataset:
    """A recipe in a workspace whose settings are the recipe's; ``assigned``: those that won over it."""

    def __init__(self, workspace: Workspace, recipe: Recipe, assigned: Mapping[str, object]) -> None:
        self.workspace = workspace
        self.recipe = recipe
        self.assigned = assigned

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
        self._known_kind()
        self._heed(target)
        report = self._decided()
        catalogue, _ = self.workspace.hold()
        view = self.workspace.view(catalogue, report.run)
        (counted,) = view.results(DECIDE)
        if not counted["kept"]["files"] and not empty:
            self.workspace.finish(report, failed=True)
            raise nothing_left(str(self.recipe.file), gates(counted), report)
        self.workspace.work(report, "export", after=DECIDE)
        report.dataset = standing(view, target)
        fresh = report.dataset is None
        if fresh:
            self.workspace.publish(report, target)
        return Built(self.workspace.finish(report), fresh)

    def _known_kind(self) -> None:
        from codestrata.export.stage import shape_of

        kind = self.workspace.settings.export.recipe
        if kind != "pretrain" and shape_of(kind) is None:
            raise InvalidInput(f"rows of recipe {kind} cannot be made by this version", where=str(self.recipe.file))

    def _heed(self, out: Path) -> None:
        """Leave out what was taken down from the dataset that is there: it goes into the workspace's opt-out list."""
        from codestrata.export.stage import tombstones
        from codestrata.workspace.dataset.optouts import OptOut

        taken = [OptOut(one["pattern"], one["reason"]) for one in tombstones(out)]
        if self.workspace.optouts.extend(taken):
            self.workspace.close()
            self.workspace.settings = heeding(self.workspace.settings, self.workspace.layout.root)

    def what_if(self, assign: Mapping[str, str]) -> WhatIf:
        """Say what other settings would gain and lose; nothing is analysed or written, and nobody is kept waiting.

        ``assign``: setting, as the recipe or the settings name it → value. Raises InvalidInput where these sources have
        not been looked at yet, or not for what the settings ask.
        """
        from codestrata.workspace.dataset.aside import decided
        from codestrata.workspace.dataset.whatif import compared

        wanted = {full_name(name): value for name, value in assign.items()}
        for name in wanted:
            if not name.startswith("export."):
                hint = "set it without --what-if, then strata dataset plan"
                raise InvalidInput(f"{name} asks for new work: nothing is known of it", where="--what-if", hint=hint)
        layout, settings = self.workspace.layout, self.workspace.settings
        if not layout.catalogue.exists():
            raise self._unknown()
        other = heeding(self.recipe.settings(settings, {**self.assigned, **wanted}), layout.root)
        check(other.export)
        with self.workspace.reader() as catalogue:
            run = self._known_run(catalogue)
            before, after = decided(catalogue, layout, run, settings, other)
        return compared(wanted, before, after)

    def set(self, assign: Mapping[str, str]) -> Recipe:
        """Write settings into the recipe's file; its comments and all else stay. Gives the recipe as it is now.

        Raises InvalidInput where a setting does not exist or its value does not fit; the file is left as it was then.
        """
        from codestrata.workspace.dataset.edit import changed

        text = self.recipe.file.read_text("utf-8")
        for name, value in assign.items():
            text = changed(text, full_name(name).removeprefix("export.").split("."), value)
        made = parse(text.encode(), self.recipe.file)
        check(made.settings(self.workspace.settings, {}).export)
        fresh = self.recipe.file.with_name(f".{self.recipe.file.name}.part")
        fresh.write_text(text, "utf-8")
        fresh.replace(self.recipe.file)
        return made

    def _known_run(self, catalogue: Catalogue) -> int:
        """Give the newest run over these sources whose files have been looked at."""
        from codestrata.workspace.selection import read_lists

        wanted = set(read_lists(self.recipe.places())[0])
        for run in reversed(catalogue.runs()):
            if set(catalogue.selection(run.id)) == wanted and catalogue.results(run.id, "analyze.paths"):
                return run.id
        raise self._unknown()

    def _unknown(self) -> InvalidInput:
        file = str(self.recipe.file)
        return InvalidInput(
            "nothing is known of these sources yet", where=file, hint=f"strata dataset plan {file} first"
        )

    def _decided(self) -> RunReport:
        """Do all that a decision needs, and decide."""
        check(self.workspace.settings.export)
        report = self.workspace.take_in(self.recipe.places(), ahead=True)
        return self.workspace.work(report, "ingest", "analyze", "export", last=DECIDE)
