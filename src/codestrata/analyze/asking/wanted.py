"""Which patterns somebody asks for, and how that is said in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which patterns somebody asks for; what is empty asks for all.

    ``levels``: L1 to L7. ``path``: a glob over paths. ``anti``: only what is better not done. ``confidence``: the
    least. ``vendored``: also what the path says is somebody else's. ``limit``: at most so many, 0 for all.
    """

    levels: tuple[str, ...] = ()
    type: str = ""
    language: str = ""
    repository: str = ""
    rule: str = ""
    id: str = ""
    path: str = ""
    anti: bool = False
    confidence: float = 0.0
    vendored: bool = False
    limit: int = 0

    def conditions(self) -> Iterator[str]:
        """Give what holds of each of these patterns, in SQL."""
        if self.levels:
            yield f"level in ({', '.join(_text(level) for level in self.levels)})"
        for name in ("type", "rule"):
            if getattr(self, name):
                yield f"{name} = {_text(getattr(self, name))}"
        if self.id:
            yield f"starts_with(id, {_text(self.id)})"
        if self.language:
            yield f"lower(language) = {_text(self.language.lower())}"
        if self.path:
            yield f"decode(path) glob {_text(self.path)}"
        if self.anti:
            yield '"anti"'  # a word of SQL: anti join
        if self.confidence:
            yield f"confidence >= {self.confidence}"
        if not self.vendored:
            yield "not vendored"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
