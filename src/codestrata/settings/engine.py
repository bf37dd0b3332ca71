"""Settings of the engine and the task ledger."""

from __future__ import annotations

from pydantic import Field

from codestrata.settings.base import Section


class EngineSettings(Section):
    """Who does the work, and how failures are met."""

    workers: int = Field(0, ge=0, le=256)
    """Worker processes; 0 means one for each processor core."""
    inline: bool = False
    """Do the work in this process instead of in workers: for debugging and for tests."""
    lease_seconds: float = Field(30.0, gt=0)
    """A worker that has not been heard of for so long loses its task."""
    attempts: int = Field(4, ge=1)
    """How often a task is tried before it becomes a dead letter."""
    backoff_seconds: float = Field(2.0, ge=0)
    """Wait before the second attempt; doubles with each further one."""
    memory_mb: int = Field(4096, ge=256)
    """Address space a worker may use, in MB."""
