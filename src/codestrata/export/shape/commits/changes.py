"""Changes of files: why one makes no row, by what it is, and by the texts before and after."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from codestrata.model.licence import leaves
from codestrata.settings.shape import CommitSettings

if TYPE_CHECKING:
    from codestrata.export.shape.history.standing import Standing, Terms

#: A longer line is one that no person wrote, in characters. Source: StarCoder2 (arXiv:2402.19173), §2.1.
MOST_LINE = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """A change of the log; ``terms`` are those its file stands under, None where it may not be told.

    ``gone``: the file is not in the snapshot, and nobody has looked for a licence in it.
    """

    row: Mapping[str, Any]
    terms: Terms | None
    gone: bool

    @classmethod
    def of(cls, row: Mapping[str, Any], standing: Standing) -> Self:
        """Look up the terms of a change's file."""
        return cls(row, standing.at(row["head"]), row["head"] not in standing.terms)

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

#: Words of licences that ask for more than to be named, and SPDX's own.
_LICENCE = re.compile(
    r"(?i)GNU (?:lesser |library |affero )?general public licen[cs]e|mozilla public licen[cs]e|"
    r"SPDX-License-Identifier:[ \t]*([^\s*]+)"
)


def licensed(one: Seen, text: str) -> bool:
    """Say whether a file that is gone names another licence than the repository's."""
    if not (one.gone and one.terms):
        return False
    ours = {name.lower() for name in leaves(one.terms.licence)}
    return any(not found[1] or found[1].lower() not in ours for found in _LICENCE.finditer(text))


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
