"""How progress is told: bars with rate and ETA on a terminal, JSON lines otherwise, or nothing."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from codestrata.cli import say
from codestrata.errors import InvalidInput
from codestrata.telemetry import SILENT, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import ProgressColumn, Task, TaskID

    from codestrata.cli.context import Context

#: Seconds between two JSON lines of one stage: enough to follow, little enough to keep.
INTERVAL = 5.0
#: The least width of a terminal, in characters, for a bar, for a clock, for the rate, and for a long bar.
_BAR, _CLOCK, _RATE, _ROOMY = 60, 50, 72, 104


def settled(kind: str) -> str:
    """Settle what ``auto`` is here, and with it how all that follows on stderr is told: JSON with JSON, else text."""
    if kind == "auto":
        kind = "bars" if sys.stderr.isatty() else "json"
    say.structured(on=kind == "json")
    return kind


def teller(kind: str, ctx: Context) -> Progress:
    """Choose by name: auto, bars, json or none. Bars are taken down when the command ends, however it ends."""
    kind = settled(kind)
    if kind == "json":
        return JsonProgress()
    if kind == "none":
        return SILENT
    if kind != "bars":
        raise InvalidInput(f"expected auto, bars, json or none, got {kind!r}", where="--log")
    shown = BarProgress()
    ctx.closing.callback(shown.close)
    return shown


class JsonProgress(Progress):
    """One JSON object per line on stderr."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}
        self._told: dict[str, float] = {}
        self._weight: dict[str, int] = {}

    def _say(self, event: str, stage: str, **fields: Any) -> None:
        say.event(event, stage=stage, **fields)

    def started(self, stage: str, unit: str, tasks: int, weight: int) -> None:
        """Say what there is to do; nothing for a stage that has nothing to do."""
        if not tasks:
            return
        now = time.monotonic()
        self._began[stage], self._told[stage], self._weight[stage] = now, now, weight
        self._say("started", stage, tasks=tasks, weight=weight, unit=unit)

    def advanced(self, stage: str, done: float) -> None:
        """Say how far it is, now and then, with the rate per second and the seconds left."""
        now = time.monotonic()
        if now - self._told.get(stage, now) < INTERVAL:
            return
        self._told[stage] = now
        rate = done / (now - self._began[stage])
        left = (self._weight[stage] - done) / rate if rate else None
        eta = None if left is None else round(left, 1)
        self._say("advanced", stage, done=round(done), of=self._weight[stage], rate=round(rate, 2), eta=eta)

    def said(self, stage: str, title: str, event: Mapping[str, Any]) -> None:
        """Say what became of a job of a pipeline, and what is not as it should be; logs are for who runs one alone."""
        if event.get("event") == "warning":
            self._say("warning", stage, title=title, text=event["text"])
        if event.get("event") == "job_finished":
            self._say("job", stage, title=title, **{k: v for k, v in event.items() if k != "event"})

    def failed(self, stage: str, title: str, reason: str, again: bool) -> None:
        """Say what failed, why, and whether it will be tried again."""
        self._say("failed", stage, title=title, reason=reason, again=again)

    def finished(self, stage: str, done: int, failed: int) -> None:
        """Say that a stage ended."""
        if stage not in self._began:
            return
        seconds = round(time.monotonic() - self._began[stage], 3)
        self._say("finished", stage, done=done, failed=failed, seconds=seconds)


class BarProgress(Progress):
    """One bar per stage on stderr. Reasons of failures come at the end; ``strata status`` has them at any time."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._ids: dict[str, TaskID] = {}
        self._lost: dict[str, int] = {}
        self._warned: set[str] = set()

    def started(self, stage: str, unit: str, tasks: int, weight: int) -> None:
        """Begin a bar; none for a stage that has nothing to do."""
        if not tasks:
            return
        if self._bars is None:
            self._bars = bars(_console())
            self._bars.start()
        self._lost[stage] = 0
        self._ids[stage] = self._bars.add_task(stage, total=weight, unit=unit, note="")

    def advanced(self, stage: str, done: float) -> None:
        """Move a bar."""
        if self._bars and stage in self._ids:
            self._bars.update(self._ids[stage], completed=done)

    def said(self, stage: str, title: str, event: Mapping[str, Any]) -> None:  # noqa: ARG002 -- it is of all alike
        """Say above the bars, once, what is not as it should be; leave the rest: bars count whole tasks."""
        if event.get("event") == "warning" and self._bars and event["text"] not in self._warned:
            self._warned.add(event["text"])
            self._bars.console.print(f"[yellow]note[/] {stage}: {event['text']}", soft_wrap=True)

    def failed(self, stage: str, title: str, reason: str, again: bool) -> None:
        """Say above the bars what will be tried again; count what will not."""
        if self._bars is None or stage not in self._ids:
            return
        if again:
            from rich.text import Text

            text = Text.assemble(("again ", "yellow"), f"{stage} ", (title, "bold"), f": {reason}")
            self._bars.console.print(text, soft_wrap=True)
        else:
            self._lost[stage] += 1
            self._bars.update(self._ids[stage], note=f"[red]{self._lost[stage]} failed[/]")

    def finished(self, stage: str, done: int, failed: int) -> None:  # noqa: ARG002 -- the bar counted itself
        """End a bar."""
        if self._bars is None or stage not in self._ids:
            return
        ident = self._ids.pop(stage)
        total = next(t.total for t in self._bars.tasks if t.id == ident)
        self._bars.update(ident, completed=total, note=f"[red]{failed} failed[/]" if failed else "[green]done[/]")
        if not self._ids:
            self.close()

    def close(self) -> None:
        """Leave the bars as they are and give the terminal back."""
        if self._bars:
            self._bars.stop()
            self._bars = None
            self._ids.clear()


def _console() -> Console:
    from rich.console import Console

    return Console(stderr=True)


def bars(console: Console) -> Bars:
    """Give a set of bars that fits the terminal: one line each, however narrow."""
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars
    from rich.table import Column

    rate, clock = _clocks()
    one_line = Column(no_wrap=True)
    columns = [
        (0, TextColumn("{task.description:<13}", table_column=one_line)),
        (_BAR, BarColumn(10 if console.width < _ROOMY else 24)),
        (0, TextColumn("{task.completed:,.0f}/{task.total:,.0f} {task.fields[unit]}", table_column=one_line)),
        (_RATE, rate),
        (_CLOCK, clock),
        (0, TextColumn("{task.fields[note]}", table_column=one_line)),
    ]
    return Bars(*(column for least, column in columns if console.width >= least), console=console)


def _clocks() -> tuple[ProgressColumn, ProgressColumn]:
    """Make the columns of rate (weight per second) and time (so far, and left); rich is imported with the first bar."""
    from rich.progress import ProgressColumn
    from rich.table import Column
    from rich.text import Text

    class Drawn(ProgressColumn):
        """A column that one function draws."""

        def __init__(self, draw: Callable[[Task], str]) -> None:
            super().__init__(Column(no_wrap=True))
            self._draw = draw

        def render(self, task: Task) -> Text:
            """Draw it."""
            return Text(self._draw(task), style="cyan")

    return Drawn(_rate), Drawn(_time)


def _spent(task: Task) -> float:
    return task.finished_time if task.finished_time is not None else task.elapsed or 0.0


def _rate(task: Task) -> str:
    spent = _spent(task)
    return f"{task.completed / spent:,.1f}/s" if spent and task.completed else ""


def _time(task: Task) -> str:
    left = task.time_remaining
    ahead = f", {span(left)} left" if left and not task.finished else ""
    return f"{span(_spent(task))}{ahead}"


def span(seconds: float) -> str:
    """Give a time for people: ``0:07``, ``12:30``, ``3:05:00``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
