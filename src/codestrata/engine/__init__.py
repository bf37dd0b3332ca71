"""Who does the work: engines place partitions, the task ledger decides what counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self

from codestrata.telemetry import SILENT, Progress

if TYPE_CHECKING:
    from codestrata.engine.base import Partition, Step
    from codestrata.engine.report import StageReport
    from codestrata.settings import Settings
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.layout import Layout

__all__ = ["Engine", "open_engine"]


class Engine(Protocol):
    """Has a stage's partitions done. It may lose, repeat or reorder work: success is a commit row, not its answer."""

    def run(
        self, run: int, stage: Step, partitions: Iterable[Partition] | None = None, progress: Progress = SILENT
    ) -> StageReport:
        """Plan a stage for a run and return when nothing of it is due any more; it plans itself where none is given.

        Raises KeyboardInterrupt after SIGINT or SIGTERM and StorageError when the disk is full; tasks that were not
        finished are due again then. Whatever else a plan raises comes out as it is.
        """

    def call(
        self, run: int, function: str, arguments: Mapping[str, Any], tell: Callable[[float], None] = lambda _: None
    ) -> Any:
        """Call ``package.module:function(view, tell, **arguments)`` where the work is done, and give its answer.

        ``arguments`` and answer are JSON; the function says through ``tell`` how far it is. It must bear being called
        again: a worker may die of it.
        """

    def prepare(self) -> None:
        """Get ready for work that is sure to come."""

    def close(self) -> None:
        """Let go of workers."""

    def __enter__(self) -> Self:
        """Use the engine in a ``with`` block."""

    def __exit__(self, *_: object) -> None:
        """Close it."""


def open_engine(
    catalogue: Catalogue,
    layout: Layout,
    settings: Settings,
    *,
    stages: str,
    secrets: Mapping[str, str] | None = None,
) -> Engine:
    """Open the engine that the settings ask for; ``stages`` names their table as ``package.module:ATTRIBUTE``."""
    if settings.engine.inline:
        from codestrata.engine.inline import InlineEngine

        return InlineEngine(catalogue, layout, settings, stages=stages, secrets=secrets)
    from codestrata.engine.local import LocalEngine

    return LocalEngine(catalogue, layout, settings, stages=stages, secrets=secrets)
