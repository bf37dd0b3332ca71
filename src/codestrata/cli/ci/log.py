"""The live log of one pipeline: what its jobs and steps say, as it happens, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from codestrata.cli import say
from codestrata.cli.say import plain, styled
from codestrata.telemetry import Silent

_MARKS = {"passed": ("✓", "32"), "skipped": ("-", "2"), "refused": ("✗", "33")}


class JsonLog(Silent):
    """A progress port that gives a pipeline's events as they are, one JSON object each."""

    def said(self, stage: str, title: str, event: Mapping[str, Any]) -> None:
        """Print one event."""
        told = dict(event)
        say.event(told.pop("event", "event"), stage=stage, title=title, **told)

    def failed(self, stage: str, title: str, reason: str, again: bool) -> None:
        """Say what broke outside of the pipeline."""
        say.event("failed", stage=stage, title=title, reason=reason, again=again)


class Log(Silent):
    """A progress port that prints a pipeline's events, one line each; output lines begin with their job's name."""

    def __init__(self) -> None:
        self._rest: dict[tuple[str, int], str] = {}
        self._styled = styled(sys.stderr)

    def said(self, stage: str, title: str, event: Mapping[str, Any]) -> None:  # noqa: ARG002 -- one task has one log
        """Print one event."""
        match event.get("event"):
            case "step_started":
                self._line(event["job"], f"▸ {plain(event.get('name', ''))}", "1")
            case "output":
                self._output(event["job"], event["step"], event["text"])
            case "step_finished":
                self._flush(event["job"], event["step"])
                self._ended(event, indent="  ")
            case "job_finished":
                self._ended(event)
            case "problem":
                self._line(event.get("job", ""), plain(event.get("text", "")), "33")

    def failed(self, stage: str, title: str, reason: str, again: bool) -> None:
        """Say what broke outside of the pipeline."""
        self._line(title, f"{stage}: {plain(reason)}{' (again)' if again else ''}", "33")

    def _output(self, job: str, step: int, text: str) -> None:
        whole = self._rest.pop((job, step), "") + text
        *lines, rest = whole.split("\n")
        for one in lines:
            self._line(job, f"  {plain(one)}")
        if rest:
            self._rest[job, step] = rest

    def _flush(self, job: str, step: int) -> None:
        rest = self._rest.pop((job, step), "")
        if rest:
            self._line(job, f"  {plain(rest)}")

    def _ended(self, event: Mapping[str, Any], indent: str = "") -> None:
        result = event.get("result", "")
        if indent and result == "passed":
            return
        mark, colour = _MARKS.get(result, ("✗", "31"))
        seconds = f" in {event['seconds']:.1f} s" if event.get("seconds") else ""
        reason = f": {plain(event['reason'])}" if event.get("reason") else ""
        self._line(event["job"], f"{indent}{mark} {result}{seconds}{reason}", colour)

    def _line(self, job: str, text: str, style: str = "") -> None:
        job = plain(job)
        name = f"\033[2m{job} │\033[0m" if self._styled else f"{job} |"
        told = f"\033[{style}m{text}\033[0m" if style and self._styled else text
        sys.stderr.write(f"{name} {told}\n")
