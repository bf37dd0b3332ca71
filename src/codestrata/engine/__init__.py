"""Who does the work: engines place partitions, the task ledger decides what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol, Self

from codestrata.telemetry import SILENT, Progress

if TYPE_CHECKING:
    from codestrata.engine.base import Partition, Stage
    from codestrata.engine.report import StageReport
    from codestrata.settings import Settings
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.layout import Layout

__all__ = ["Engine", "open_engine"]


class Engine(Protocol):
    """Has a stage's partitions done. It may lose, repeat or reorder work: success is a commit row, not its answer."""

    def run(self, run: int, stage: Stage, partitions: Iterable[Partition], progress: Progress = SILENT) -> StageReport:
        """Plan the partitions for a run and return when nothing of the stage is due any more.

        Raises KeyboardInterrupt after SIGINT or SIGTERM and StorageError when the disk is full; tasks that were not
        finished are due again then.
        """

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
