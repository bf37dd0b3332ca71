"""RunReport: what one run did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codestrata.errors import EXIT_OK, EXIT_PARTIAL

if TYPE_CHECKING:
    from codestrata.discover.stage import Rejected
    from codestrata.engine.report import StageReport
    from codestrata.export.stage import Published
    from codestrata.store.reports import RepositoryStatus
    from codestrata.store.tasks import Task
    from codestrata.workspace.trying import Tasks


@dataclass(slots=True)
class RunReport:
    """What one run did: the rows that were refused, each stage's figures, the repositories that failed, the dataset.

    ``skipped`` are repositories without a file, with the reason; nothing is wrong with them.
    ``gave_up`` are the tasks that failed and belong to no single repository: a batch of files, a shard.
    ``tasks``: what came of commits that were tried, in recipe verified.
    """

    run: int
    repositories: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    stages: list[StageReport] = field(default_factory=list)
    failed: list[RepositoryStatus] = field(default_factory=list)
    skipped: list[RepositoryStatus] = field(default_factory=list)
    gave_up: list[Task] = field(default_factory=list)
    dataset: Published | None = None
    tasks: Tasks | None = None

    @property
    def kept(self) -> int:
        """Count the rows of the dataset."""
        return self.dataset.rows if self.dataset else 0

    @property
    def files(self) -> int:
        """Count the files that were decided on."""
        return self.dataset.files if self.dataset else 0

    @property
    def exit_code(self) -> int:
        """0 when everything was done, 3 when something was refused or failed."""
        broken = self.rejected or self.failed or any(s.failed for s in self.stages)
        return EXIT_PARTIAL if broken else EXIT_OK
