"""Telemetry: the event log's row and the progress port. Silent unless a face says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the event log.

    ``kind`` is done, failed or killed (an attempt), stage (its end) or nondeterministic; ``at``: seconds since 1970;
    ``seconds`` and ``cpu_seconds`` are what the attempt took (children included), ``max_rss`` its peak in bytes;
    ``bytes`` and ``counts`` are the stage's own figures (files, api_calls, …).
    """

    kind: str
    run: int
    stage: str = ""
    subject: str = ""
    task: int = 0
    at: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    max_rss: int = 0
    bytes: float = 0.0
    counts: Mapping[str, float] = field(default_factory=dict)
    detail: str = ""


class Progress(Protocol):
    """What an engine tells while it works; the command line draws it."""

    def started(self, stage: str, unit: str, tasks: int, weight: int) -> None:
        """Begin a stage: so many tasks are due, ``weight`` of its unit in all."""

    def advanced(self, stage: str, done: float) -> None:
        """Tell how much of the weight is done so far; falls when an attempt is lost."""

    def said(self, stage: str, title: str, event: Mapping[str, Any]) -> None:
        """Tell what a running task says of itself: live logs; ``title`` is the task's."""

    def failed(self, stage: str, title: str, reason: str, again: bool) -> None:  # noqa: FBT001 (a port's plain word)
        """Tell of a failed attempt; ``again``: it will be tried again."""

    def finished(self, stage: str, done: int, failed: int) -> None:
        """End a stage: so many tasks were done, so many given up, in this run."""


class Silent:
    """Progress that nobody watches."""

    def started(self, stage: str, unit: str, tasks: int, weight: int) -> None:
        """Say nothing."""

    def advanced(self, stage: str, done: float) -> None:
        """Say nothing."""

    def said(self, stage: str, title: str, event: Mapping[str, Any]) -> None:
        """Say nothing."""

    def failed(self, stage: str, title: str, reason: str, again: bool) -> None:  # noqa: FBT001
        """Say nothing."""

    def finished(self, stage: str, done: int, failed: int) -> None:
        """Say nothing."""


SILENT: Progress = Silent()
