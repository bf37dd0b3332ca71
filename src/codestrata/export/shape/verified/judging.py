"""What the trials of a commit say of it: which tests it makes pass, which it keeps, or why it is no task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Test → passed, failed, error or skipped.
Statuses = Mapping[str, str]
_FAILS = frozenset({"failed", "error"})


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a commit: what its run says of itself, and how its tests ended."""

    told: Mapping[str, Any]
    tests: Statuses

    @property
    def trouble(self) -> str:
        """Say why its tests were not judged, or ""."""
        if not self.told["judged"]:
            return str(self.told["result"]) if self.told["result"] not in {"passed", "failed"} else "not_run"
        return "unread" if self.told["unread"] and self.tests else ""


@dataclass(frozen=True, slots=True)
class Judged:
    """``reason``: why it is no task, or ""; ``mended``: tests that fail before and pass after; ``kept``: pass both."""

    reason: str = ""
    mended: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def after(side: Side | None) -> str:
    """Say why a commit whose own tests ended so is no task, or "": then those before it are worth a run."""
    if side is None:
        return "broken"
    return side.trouble or ("" if "passed" in side.tests.values() else "nothing_passes")


def compared(own: Side, base: Side | None) -> Judged:
    """Compare a commit's tests with the same tests over the files before it.

    A test that is not there before fails there: its file could not be loaded, or built.
    """
    if base is None:
        return Judged("broken")
    if base.trouble:
        return Judged(base.trouble)
    passing = sorted(name for name, status in own.tests.items() if status == "passed")
    mended = [name for name in passing if base.tests.get(name, "failed") in _FAILS]
    if not mended:
        return Judged("passes_before")
    if any(base.tests.get(name) == "passed" for name, status in own.tests.items() if status in _FAILS):
        return Judged("breaks")
    return Judged("", mended, [name for name in passing if base.tests.get(name) == "passed"])


def judged(own: Side | None, base: Side | None, again: Side | None) -> Judged:
    """Judge a commit by all its runs."""
    reason = after(own)
    if own is None or reason:
        return Judged(reason)
    found = compared(own, base)
    if found.reason:
        return found
    if again is None:
        return Judged("broken")
    return found if again.tests == own.tests and not again.trouble else Judged("flaky")
