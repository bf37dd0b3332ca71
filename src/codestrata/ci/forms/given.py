"""Values that fit: plain Python, which still knows where it stood."""

from __future__ import annotations

from typing import Any, Self

from codestrata.ci.document import Mark


class Given(dict[str, Any]):
    """A map whose keys were known: ``marks`` are the places of its values, ``mark`` its own."""

    def __init__(self, mark: Mark, values: dict[str, Any], marks: dict[str, Mark]) -> None:
        super().__init__(values)
        self.mark = mark
        self.marks = marks

    def at(self, key: str) -> Mark:
        """Give the place of a key's value, or of the map where there is none."""
        return self.marks.get(key, self.mark)


class Word(str):
    """A text that knows its place; ``block``: it was written over several lines (``|`` or ``>``)."""

    __slots__ = ("block", "mark")
    mark: Mark
    block: bool

    @classmethod
    def at(cls, text: str, mark: Mark, *, block: bool = False) -> Self:
        """Make one."""
        word = cls(text)
        word.mark = mark
        word.block = block
        return word
