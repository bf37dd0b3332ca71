"""Where foreign code can run on this machine: every runner tried for real, and attacked where that is asked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from codestrata.errors import InvalidInput, MissingExtra, StrataError
from codestrata.sandbox.attacks import ATTACKS, Outcome, Verdict, run_attacks
from codestrata.sandbox.base import Caps, Runner
from codestrata.sandbox.grades import grade, lacking
from codestrata.sandbox.table import AUTO, open_runner
from codestrata.settings.sandbox import SandboxSettings

#: How many attacks there are, and what is looked at when all is over.
ATTEMPTS = len(ATTACKS) + 1


@dataclass
class Examined:
    """One runner: what it can do here, and what became of attacks on it (filled as they are made)."""

    caps: Caps
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def escaped(self) -> int:
        """Count the attacks that got through."""
        return sum(one.verdict is Verdict.ESCAPED for one in self.outcomes)

    @property
    def grade(self) -> str:
        """Give the grade: a letter of ``sandbox/grades.py``."""
        return grade(self.caps, escaped=self.escaped)

    @property
    def lacking(self) -> str:
        """Say what is missing for the next better grade."""
        return lacking(self.caps, self.grade)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        caps = self.caps
        return {
            "runner": caps.runner,
            "version": caps.version,
            "usable": caps.usable,
            "provides": sorted(caps.provides),
            "grade": self.grade,
            "lacking": self.lacking,
            "reason": caps.reason,
            "layers": [asdict(layer) for layer in caps.layers],
            "attacks": [one.as_dict() for one in self.outcomes],
        }


class Rooms:
    """The runners of this machine, with a folder of their own for as long as the context lasts."""

    def __init__(self, settings: SandboxSettings, only: str = "") -> None:
        self._settings = settings
        self._names = (only,) if only else AUTO
        self._closing = ExitStack()
        self._runners: dict[str, Runner] = {}

    def __enter__(self) -> Self:
        """Make the folder."""
        self._scratch = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="strata-rooms-")))
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the folder."""
        self._closing.close()

    def probe(self) -> Iterator[Examined]:
        """Try every runner. What cannot be loaded is unusable for that reason; an unknown name is InvalidInput."""
        for name in self._names:
            try:
                runner = open_runner(name, self._settings, self._scratch)
                examined = Examined(runner.probe())
            except InvalidInput as error:
                if not isinstance(error, MissingExtra):
                    raise
                yield Examined(Caps(name, reason=str(error)))
                continue
            except (ImportError, StrataError) as error:
                yield Examined(Caps(name, reason=str(error)))
                continue
            self._runners[name] = runner
            yield examined

    def attack(self, examined: Examined) -> Iterator[Outcome]:
        """Make every attack on a runner that was probed, and keep what became of each; none where nothing runs."""
        if not examined.caps.usable:
            return
        runner = self._runners[examined.caps.runner]
        for outcome in run_attacks(runner, self._scratch / "attacks"):
            examined.outcomes.append(outcome)
            yield outcome
