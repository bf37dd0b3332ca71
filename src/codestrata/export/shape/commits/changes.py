"""Changes of files: why one makes no row, by what it is, and by the texts before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from codestrata.settings.shape import CommitSettings

if TYPE_CHECKING:
    from codestrata.export.shape.history.standing import Standing, Terms

#: A longer line is one that no person wrote, in characters. Source: StarCoder2 (arXiv:2402.19173), §2.1.
MOST_LINE = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """A change of the log; ``terms`` are those its file stands under, None where it may not be told."""

    row: Mapping[str, Any]
    terms: Terms | None

    @classmethod
    def of(cls, row: Mapping[str, Any], standing: Standing) -> Self:
        """Look up the terms of a change's file."""
        return cls(row, standing.at(row["head"]))

    @property
    def blobs(self) -> tuple[bytes, bytes]:
        """Give the ids of the file before and after."""
        return self.row["old_blob"], self.row["new_blob"]


#: Gate → whether it turns a change away, before anything of it is read.
STRUCTURE: Mapping[str, Callable[[Seen], bool]] = {
    "kind": lambda one: one.row["status"] not in {"M", "R"},
    "same": lambda one: one.row["old_blob"] == one.row["new_blob"],
    "file": lambda one: one.terms is None,
}

Texts = Callable[[str | None, str | None, CommitSettings], bool]


def _layout(old: str | None, new: str | None, _: CommitSettings) -> bool:
    """Say whether only white space differs."""
    return "".join((old or "").split()) == "".join((new or "").split())


def _long(old: str | None, new: str | None, _: CommitSettings) -> bool:
    return any(len(line) > MOST_LINE for text in (old, new) for line in (text or "").split("\n"))


#: Gate → whether it turns a change away by its texts.
FINAL: Mapping[str, Texts] = {
    "text": lambda old, new, _: old is None or new is None,
    "empty": lambda old, new, _: not (old or "").strip() or not (new or "").strip(),
    "layout": _layout,
    "line": _long,
}
