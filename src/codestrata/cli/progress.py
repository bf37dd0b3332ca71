"""How progress is told: bars with rate and ETA on a terminal, JSON lines otherwise, or nothing."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.telemetry import SILENT, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

#: Seconds between two JSON lines of one stage: enough to follow, little enough to keep.
INTERVAL = 5.0


def teller(kind: str) -> Progress:
    """Choose by name: auto, bars, json or none."""
    if kind == "auto":
        kind = "bars" if sys.stderr.isatty() else "json"
    makers: dict[str, type[Progress]] = {"bars": BarProgress, "json": JsonProgress}
    if kind == "none":
        return SILENT
    if kind not in makers:
        raise InvalidInput(f"expected auto, bars, json or none, got {kind!r}", where="--log")
    return makers[kind]()


class JsonProgress(Progress):
    """One JSON object per line on stderr."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}
        self._told: dict[str, float] = {}
        self._weight: dict[str, int] = {}

    def _say(self, event: str, stage: str, **fields: Any) -> None:
        sys.stderr.write(json.dumps({"event": event, "stage": stage, **fields}) + "\n")

    def started(self, stage: str, unit: str, tasks: int, weight: int) -> None:
        """Say what there is to do."""
        now = time.monotonic()
        self._began[stage], self._told[stage], self._weight[stage] = now, now, weight
        self._say("started", stage, tasks=tasks, weight=weight, unit=unit)

    def advanced(self, stage: str, done: float) -> None:
        """Say how far it is, now and then, with the rate per second and the seconds left."""
        now = time.monotonic()
        if now - self._told[stage] < INTERVAL:
            return
        self._told[stage] = now
        rate = done / (now - self._began[stage])
        left = (self._weight[stage] - done) / rate if rate else None
        eta = None if left is None else round(left, 1)
        self._say("advanced", stage, done=round(done), of=self._weight[stage], rate=round(rate, 2), eta=eta)

    def failed(self, stage: str, title: str, reason: str, again: bool) -> None:
        """Say what failed, why, and whether it will be tried again."""
        self._say("failed", stage, title=title, reason=reason, again=again)

    def finished(self, stage: str, done: int, failed: int) -> None:
        """Say that a stage ended."""
        seconds = round(time.monotonic() - self._began.get(stage, time.monotonic()), 3)
        self._say("finished", stage, done=done, failed=failed, seconds=seconds)


class BarProgress(Progress):
    """One bar per stage on stderr; failures are printed above the bars."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._ids: dict[str, TaskID] = {}

    def _open(self) -> Bars:
        from rich.console import Console
        from rich.progress import BarColumn, ProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars
        from rich.text import Text

        class Rate(ProgressColumn):
            """Weight done per second."""

            def render(self, task: Any) -> Text:
                speed = task.finished_speed or task.speed
                return Text(f"{speed:,.1f} {task.fields['unit']}/s" if speed else "", style="cyan")

        return Bars(
            TextColumn("{task.description:<16}"),
            BarColumn(28),
            TextColumn("{task.completed:,.0f}/{task.total:,.0f} {task.fields[unit]}"),
            Rate(),
            TextColumn("[dim]elapsed"),
            TimeElapsedColumn(),
            TextColumn("[dim]left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(stderr=True),
        )

    def started(self, stage: str, unit: str, tasks: int, weight: int) -> None:
        """Begin a bar."""
        if not tasks:
            return
        if self._bars is None:
            self._bars = self._open()
            self._bars.start()
        self._ids[stage] = self._bars.add_task(stage, total=weight, unit=unit, note="")

    def advanced(self, stage: str, done: float) -> None:
        """Move a bar."""
        if self._bars and stage in self._ids:
            self._bars.update(self._ids[stage], completed=done)

    def failed(self, stage: str, title: str, reason: str, again: bool) -> None:
        """Print a failure above the bars."""
        if self._bars:
            mark = "[yellow]again[/]" if again else "[red]failed[/]"
            self._bars.console.print(f"{mark} {stage} [bold]{title}[/]: {reason}", highlight=False)

    def finished(self, stage: str, done: int, failed: int) -> None:  # noqa: ARG002 -- the bar counted itself
        """End a bar."""
        if self._bars is None or stage not in self._ids:
            return
        ident = self._ids.pop(stage)
        total = next(t.total for t in self._bars.tasks if t.id == ident)
        self._bars.update(ident, completed=total, note=f"[red]{failed} failed[/]" if failed else "[green]done[/]")
        if not self._ids:
            self._bars.stop()
            self._bars = None
