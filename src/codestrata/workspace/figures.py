"""What a run cost, added up from the event log (promise C20)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codestrata.store.catalogue import Catalogue
    from codestrata.store.reports import Figures


@dataclass(frozen=True, slots=True)
class RunFigures:
    """The figures of one run: of each stage (and repository, if asked for), and each stage's wall seconds."""

    run: int
    command: str
    state: str
    figures: Sequence[Figures]
    wall: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def figures(catalogue: Catalogue, run: int, *, by_repository: bool) -> RunFigures:
    """Add up a run's events; run 0 is the last one that did anything. Raises InvalidInput when there is none."""
    runs = {one.id: one for one in catalogue.runs()}
    if not runs or (run and run not in runs):
        hint = f"runs are numbered 1 to {max(runs)}" if runs else "strata run LIST makes one"
        raise InvalidInput(f"no run {run}" if runs else "nothing has run here yet", hint=hint)
    wanted = [runs[run]] if run else [runs[number] for number in sorted(runs, reverse=True)]
    found = ((one, catalogue.reports.figures(one.id, by_repository=by_repository)) for one in wanted)
    chosen, listed = next(((one, rows) for one, rows in found if rows), (wanted[0], []))
    return RunFigures(chosen.id, chosen.command, chosen.state, listed, catalogue.reports.elapsed(chosen.id))
