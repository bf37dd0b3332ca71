"""Pipelines over the repositories of a workspace: one of them with a live log, or many, as far as terms allow."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from codestrata.errors import EXIT_OK, EXIT_PARTIAL

if TYPE_CHECKING:
    from codestrata.store.ledger import Ledger
    from codestrata.telemetry import Progress

#: Runs that ended before the breaker may judge their surroundings.
_LEAST = 5
#: Results that make a fleet's exit code 3; what failed by itself is a finding, not a failure of the fleet.
_UNWELL = frozenset({"infra", "cancelled", "refused", "killed"})
#: Quantile of the normal distribution for a 95 % interval.
_Z = 1.96


@dataclass(frozen=True, slots=True)
class FleetTerms:
    """How far a fleet goes.

    ``select``: a condition over repositories; "": those of the last run. ``sample``: so many of them (0: all).
    ``budget``: seconds after which no other repository is begun (0: no limit). ``max_fail_rate``: the share of runs
    broken by no fault of the code above which no other is begun. ``again``: a text that makes known results due again.
    ``retry_dead``: try also what gave up in an earlier run.
    """

    select: str = ""
    sample: int = 0
    budget: float = 0.0
    max_fail_rate: float = 0.2
    again: str = ""
    retry_dead: bool = False


@dataclass(frozen=True, slots=True)
class FleetRow:
    """One repository in a fleet: ``known``: its result was there before; ``seconds``: what it took now.

    ``jobs``: id, result, reason and seconds of each. ``left_out``: it gave up in an earlier run and was not tried now.
    """

    repository: str
    repository_id: str
    commit: str
    result: str
    reason: str = ""
    known: bool = False
    seconds: float = 0.0
    jobs: Sequence[Mapping[str, Any]] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)
    problems: Sequence[str] = ()
    left_out: bool = False


@dataclass(slots=True)
class FleetReport:
    """What a fleet did. ``chosen`` counts the repositories that meet the condition; ``rows`` are those asked for.

    ``stopped``: why it ended before its end, or ""; ``interrupted``: the exit code of an interrupt, or 0. ``shares``:
    the columns that are shares, from 0 to 1.
    """

    run: int
    pipeline: str
    name: str
    chosen: int = 0
    rows: list[FleetRow] = field(default_factory=list)
    stopped: str = ""
    parallel: int = 1
    interrupted: int = 0
    shares: Sequence[str] = ()

    @property
    def executed(self) -> int:
        """Count what was run now."""
        return sum(not row.known and not row.left_out and row.result not in {"", "not run"} for row in self.rows)

    @property
    def left_out(self) -> int:
        """Count the dead letters: what gave up in an earlier run and was not tried now."""
        return sum(row.left_out for row in self.rows)

    @property
    def exit_code(self) -> int:
        """0 when every repository has a result of its own doing, 3 otherwise; an interrupt has its own."""
        unwell = self.stopped or any(row.result in _UNWELL or row.result == "not run" for row in self.rows)
        return self.interrupted or (EXIT_PARTIAL if unwell else EXIT_OK)

    def estimate(self) -> tuple[float, float] | None:
        """Give seconds that all chosen repositories would take, and half the width of its 95 % interval.

        From the runs of a sample that were measured; None with fewer than two.
        """
        took = [row.seconds for row in self.rows if row.seconds]
        if len(took) < 2 or self.chosen <= len(self.rows):  # noqa: PLR2004 -- a spread needs two
            return None
        share = self.chosen / max(self.parallel, 1)
        return fmean(took) * share, _Z * stdev(took) / sqrt(len(took)) * share

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        found = self.estimate()
        told = {"seconds": round(found[0], 1), "plus_minus": round(found[1], 1)} if found else None
        more = {"executed": self.executed, "left_out": self.left_out, "estimate": told, "exit_code": self.exit_code}
        return {**asdict(self), **more}


class Watch:
    """A progress port between a fleet and its teller: it counts, and stops the fleet at its terms.

    ``cancelled``: what runs that an interrupt took back came to, by repository id; the catalogue knows nothing of it.
    ``broken``: the same of those that broke from outside, as far as they came at the last try.
    """

    def __init__(self, told: Progress, ledger: Ledger, run: int, stage: str, terms: FleetTerms) -> None:
        self._told, self._ledger, self._run, self._stage, self._terms = told, ledger, run, stage, terms
        self._end = time.monotonic() + terms.budget if terms.budget else float("inf")
        self._ended = self._broken = 0
        self.stopped = ""
        self.cancelled: dict[str, Mapping[str, Any]] = {}
        self.broken: dict[str, Mapping[str, Any]] = {}

    def started(self, stage: str, unit: str, tasks: int, weight: int) -> None:
        """Pass it on."""
        self._told.started(stage, unit, tasks, weight)

    def advanced(self, stage: str, done: float) -> None:
        """Pass it on, and look at the clock."""
        self._told.advanced(stage, done)
        self._judge()

    def said(self, stage: str, title: str, event: Mapping[str, Any]) -> None:
        """Pass it on; count the end of a run, and keep what is told of one that was taken back."""
        self._told.said(stage, title, event)
        if event.get("event") == "run_broken":
            self.broken[event["repository"]] = event
        if event.get("event") == "run_finished":
            self._ended += 1
            if event["result"] == "cancelled":
                self.cancelled[event["repository"]] = event

    def failed(self, stage: str, title: str, reason: str, again: bool) -> None:  # noqa: FBT001 -- the port's word
        """Pass it on; count what broke."""
        self._told.failed(stage, title, reason, again)
        self._broken += 1
        self._judge()

    def finished(self, stage: str, done: int, failed: int) -> None:
        """Pass it on."""
        self._told.finished(stage, done, failed)

    def _judge(self) -> None:
        tried = self._ended + self._broken
        if self.stopped:
            return
        if time.monotonic() > self._end:
            self._stop(f"the budget of {self._terms.budget:g} s is spent")
        elif tried >= _LEAST and self._broken > self._terms.max_fail_rate * tried:
            self._stop(f"{self._broken} of {tried} runs broke by no fault of the code")

    def _stop(self, why: str) -> None:
        left = self._ledger.stop(self._run, self._stage)
        self.stopped = f"{why}: {left} left" if left else why


def command(name: str, terms: FleetTerms) -> str:
    """Give what the catalogue says of such a run."""
    return f"ci fleet {name} {json.dumps({k: v for k, v in asdict(terms).items() if v}, sort_keys=True)}"
