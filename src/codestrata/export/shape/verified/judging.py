"""What the trials of a commit say of it: which tests it makes pass, which it keeps, or why it is no task."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Test → passed, failed, error or skipped.
Statuses = Mapping[str, str]
_FAILS = frozenset({"failed", "error"})
#: What becomes of a test that was not run for a reason of its file's, and not of its own.
_NOT_REACHED = frozenset({None, "error"})
_DOTTED = re.compile(r"[\w.]+")
#: Of some tests those that a commit's changes of test files reach (:mod:`codestrata.export.shape.verified.touched`).
Touched = Callable[[Collection[str]], Collection[str]]


@dataclass(frozen=True, slots=True)
class Side:
    """One run of one side of a commit: what it says of itself, and how its tests ended."""

    told: Mapping[str, Any]
    tests: Statuses

    @property
    def trouble(self) -> str:
        """Say why its tests were not judged, or ""."""
        if not self.told["judged"]:
            code = self.told["result"] in {"passed", "failed"}
            return ("setup" if self.told["setup"] else "not_run") if code else str(self.told["result"])
        return "unread" if self.told["unread"] and self.tests else ""


@dataclass(frozen=True, slots=True)
class Ran:
    """The runs of a commit: of its own files, of those before with its tests, of those before as they were.

    Each as often as tests were run; none where a side was not asked for.
    """

    after: Sequence[Side] = ()
    base: Sequence[Side] = ()
    bare: Sequence[Side] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """``reason``: why it is no task, or ""; ``mended``: tests that fail before and pass after; ``kept``: pass both.

    ``flaky``: tests that ended otherwise in another run, and are in neither. ``builds``: with the tests of the commit
    the files before could be built, and every file of tests be loaded.
    """

    reason: str = ""
    mended: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    flaky: list[str] = field(default_factory=list)
    builds: bool = True


def after(side: Side | None) -> str:
    """Say why a commit whose own tests ended so is no task, or "": then those before it are worth a run."""
    if side is None:
        return "broken"
    return side.trouble or ("" if "passed" in side.tests.values() else "nothing_passes")


def compared(own: Side, base: Side | None, flaky: Collection[str] = ()) -> Judged:
    """Compare a commit's tests with the same tests over the files before it; ``flaky`` ones are left out.

    A test that is not there before fails there: its file could not be loaded, or built.
    """
    if base is None:
        return Judged("broken")
    if base.trouble:
        return Judged(base.trouble)
    stable = {name: status for name, status in sorted(own.tests.items()) if name not in flaky}
    passing = [name for name, status in stable.items() if status == "passed"]
    mended = [name for name in passing if base.tests.get(name, "failed") in _FAILS]
    if not mended:
        return Judged("flaky" if flaky else "passes_before")
    if any(base.tests.get(name) == "passed" for name, status in stable.items() if status in _FAILS):
        return Judged("breaks")
    kept = [name for name in passing if base.tests.get(name) == "passed"]
    return Judged("", mended, kept, sorted(flaky), _built(passing, own.tests.keys() & base.tests.keys()))


def bare_wanted(found: Judged, base: Side, unbuilt: str) -> bool:
    """Say whether the files before have to be run with their own tests: the new ones kept some from running."""
    unreached = any(base.tests.get(name) in _NOT_REACHED for name in found.mended)
    return unbuilt == "compare" and not found.reason and unreached


def judged(ran: Ran, unbuilt: str, touched: Touched) -> Judged:
    """Judge a commit by all its runs.

    ``unbuilt``: what is done where its tests cannot be loaded before (``export.verified.unbuilt``).
    """
    if reason := after(next(iter(ran.after), None)):
        return Judged(reason)
    own, base = ran.after[0], next(iter(ran.base), None)
    found = compared(own, base)
    if found.reason or base is None:
        return found
    if bare_wanted(found, base, unbuilt) and not ran.bare:
        return Judged("broken")
    found = compared(own, base, _differing(ran.after) | _differing(ran.base))
    if not found.reason and not found.builds and unbuilt == "drop":
        return Judged("unbuilt")
    return found if found.reason else _told_apart(found, ran, touched)


def _told_apart(found: Judged, ran: Ran, touched: Touched) -> Judged:
    """Keep what passed before already: a test that fails there only since its file has others that cannot be built."""
    if not ran.bare or ran.bare[0].trouble:
        return found
    base = ran.base[0].tests
    passed = [
        name
        for name in found.mended
        if base.get(name) in _NOT_REACHED and all(side.tests.get(name) == "passed" for side in ran.bare)
    ]
    stood = set(passed) - set(touched(passed))
    mended = [name for name in found.mended if name not in stood]
    if not mended:
        return Judged("passes_before")
    return Judged("", mended, sorted({*found.kept, *stood}), found.flaky, found.builds)


def _differing(sides: Sequence[Side]) -> set[str]:
    """Give the tests that did not end the same in all runs."""
    names = {name for side in sides for name in side.tests}
    return {name for name in names if len({side.tests.get(name) for side in sides}) > 1}


def _built(passing: Collection[str], both: Collection[str]) -> bool:
    """Say whether of every suite at least one test came to run before, too."""
    return {_suite(name) for name in passing} <= {_suite(name) for name in both}


def _suite(name: str) -> str:
    """Give the suite of a test; of a dotted name that is no sentence what stands before its last dot."""
    suite, found, rest = name.rpartition("::")
    return suite if found or not _DOTTED.fullmatch(rest) else rest.rpartition(".")[0]
