"""A commit that may become a task: what it changes, test by test and source by source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self


class Change(NamedTuple):
    """A file that a commit changes: modes (0: not there) and blob ids (hexadecimal, "": not there) of both sides.

    ``head``: what it is called in the snapshot, or would be.
    """

    path: str
    test: bool
    old_mode: int
    old_blob: str
    new_mode: int
    new_blob: str
    head: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A commit with the one before it, its time (seconds since 1970, of the committer), and what it changes."""

    repository_id: str
    commit: str
    base: str
    when: int
    changes: Sequence[Change]

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Self:
        """Take it from what a trial says of itself."""
        changes = [Change(*one) for one in told["changes"]]
        return cls(told["repository"], told["commit"], told["base"], told["when"], changes)
