"""What is wrong with rules, and where: all of it at once, each with what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

#: Where a value is within a file: keys and indices from the outside in.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing that is wrong. ``line`` counts from 1."""

    file: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Give it as one line: ``folder/a.yaml:12: unknown key "kinds" (did you mean "kind"?)``."""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}: {self.message}{advice}"


class Wrong(Exception):
    """Something is wrong with one value of a rule; ``path`` says which."""

    def __init__(self, path: Path, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.hint = hint


def meant(word: str, known: Iterable[str]) -> str:
    """Ask whether the nearest of what is known was meant; lists all of it when there is little."""
    listed = sorted(set(known))
    near = difflib.get_close_matches(word, listed, n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known: {', '.join(listed)}" if len(listed) <= _FEW else ""


_FEW = 20
