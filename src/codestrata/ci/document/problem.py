"""What is wrong with a file, or doubtful: where, what, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codestrata.ci.document.values import Mark

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. ``line`` and ``column`` count from 1; ``code`` is stable; ``level`` is error or warning."""

    file: str
    line: int
    column: int
    level: str
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Give it as one line: ``pipeline.yaml:12:5: unknown key "stepz" (did you mean "steps"?)``."""
        level = "warning: " if self.level == WARNING else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {level}{self.message}{advice}"


class Problems:
    """The problems of a file and of those it includes; the same is told once."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def error(self, mark: Mark, code: str, message: str, hint: str = "") -> None:
        """Add an error: there will be no plan."""
        self._add(mark, ERROR, code, message, hint)

    def warning(self, mark: Mark, code: str, message: str, hint: str = "") -> None:
        """Add a warning: the plan may not be what was meant."""
        self._add(mark, WARNING, code, message, hint)

    def _add(self, mark: Mark, level: str, code: str, message: str, hint: str) -> None:
        if len(self._found) < _MOST:
            told = (_printable(message), _printable(hint))
            self._found[Problem(mark.file, mark.line, mark.column, level, code, *told)] = None

    def __iter__(self) -> Iterator[Problem]:
        """Give them by place, those of the root file first."""
        first: dict[str, int] = {}
        for one in self._found:
            first.setdefault(one.file, len(first))
        return iter(sorted(self._found, key=lambda one: (first[one.file], one.line, one.column, one.code)))

    @property
    def errors(self) -> list[Problem]:
        """Give the errors by place."""
        return [one for one in self if one.level == ERROR]


def _printable(text: str) -> str:
    """Give one line that a terminal shows as it is, whatever a file says."""
    return text if text.isprintable() else "".join(one if one.isprintable() else " " for one in text)


#: Problems that are told of one file, at most.
_MOST = 500


def listed(problems: Iterable[Problem], most: int) -> str:
    """Give the first problems in one line each, and how many more there are."""
    several = list(problems)
    more = f"\n… and {len(several) - most} more" if len(several) > most else ""
    return "\n".join(map(str, several[:most])) + more
