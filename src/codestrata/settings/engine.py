"""Settings of the engine and the task ledger."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from codestrata.settings.base import Seconds, Section


class EngineSettings(Section):
    """Who does the work, and how failures are met."""

    workers: Annotated[int, Meta(ge=0, le=256)] = 0
    """Worker processes; 0 means one for each processor core."""
    inline: bool = False
    """Do the work in this process instead of in workers: for debugging and for tests."""
    kernels: Literal["native", "numpy"] = "native"
    """Who does the work on bytes: the compiled kernels, if there are any, or their slower twins, for comparison."""
    lease_seconds: Annotated[float, Meta(gt=0, le=10**9)] = 30.0
    """A worker that has not been heard of for so long loses its task."""
    attempts: Annotated[int, Meta(ge=1)] = 4
    """How often a task is tried before it becomes a dead letter."""
    backoff_seconds: Seconds = 2.0
    """Wait before the second attempt; doubles with each further one."""
    memory_mb: Annotated[int, Meta(ge=256)] = 4096
    """Private memory a worker may use, in MB; mapped files do not count."""
    network: Annotated[int, Meta(ge=1, le=256)] = 4
    """Tasks at once that mostly wait for the network (the pool ``net``)."""
    per_host: Annotated[int, Meta(ge=1)] = 4
    """Tasks at once that ask the same host."""
    grace_seconds: Seconds = 5.0
    """When interrupted, how long running tasks may take to finish before they are given back."""
