"""What came of a stage."""

from __future__ import annotations

from dataclasses import dataclass

from codestrata.telemetry import Event


@dataclass(frozen=True, slots=True)
class StageReport:
    """A stage in one run: partitions planned, committed before, done now, given up (now or before); wall seconds."""

    stage: str
    planned: int
    skipped: int
    done: int
    failed: int
    seconds: float

    def event(self, run: int) -> Event:
        """Give the row of the event log that says so."""
        names = ("planned", "skipped", "done", "failed")
        counts = {name: float(getattr(self, name)) for name in names}
        return Event("stage", run, self.stage, seconds=self.seconds, counts=counts)
