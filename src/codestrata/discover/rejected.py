"""Rejected: an input row that names no repository, with what was expected in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


class Unfit(ValueError):
    """A text is not what was expected. ``hint`` says what to do; ``secret`` says that the text must not be repeated."""

    def __init__(self, expected: str, *, hint: str = "", secret: bool = False) -> None:
        """Keep all three: a Rejected is made of them."""
        super().__init__(expected)
        self.expected = expected
        self.hint = hint
        self.secret = secret


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was left out; ``str()`` gives one line.

    ``file`` is the source as the user named it, ``line`` its first line (1-based; 0: the source as a whole),
    ``column`` the column's name ("" in a plain list), ``value`` what stood there ("" when it may hold a secret).
    """

    file: str
    line: int
    column: str
    expected: str
    value: str = ""
    hint: str = ""

    @classmethod
    def because(cls, error: Unfit, file: str, line: int, column: str, value: str) -> Self:
        """Make the rejection of a value at a place."""
        shown = "" if error.secret or _may_hold_a_secret(value) else _short(value)
        return cls(file, line, column, error.expected, shown, error.hint)

    @property
    def place(self) -> str:
        """Give file and line."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def told(self) -> str:
        """Give value, expectation and advice as one line."""
        column = f"column {self.column}: " if self.column else ""
        value = f"{self.value!r}: " if self.value else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{column}{value}expected {self.expected}{advice}"

    def __str__(self) -> str:
        """Give the place before that."""
        return f"{self.place}: {self.told}"


def _may_hold_a_secret(value: str) -> bool:
    """Say whether something stands before an ``@`` that is not a package's version or scope."""
    return "@" in value and (not value.startswith("pkg:") or "://" in value)


def _short(value: str, width: int = 80) -> str:
    value = value.encode("utf-8", "backslashreplace").decode()
    return value if len(value) <= width else value[: width - 1] + "…"
