"""CodePattern: one place where code shows something worth knowing, with the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codestrata.model.paths import lines


@dataclass(frozen=True, slots=True)
class CodePattern:
    """A pattern of one snapshot, at one place.

    ``id``: 16 hexadecimal digits, the same for the same rule at the same place of the same commit. ``line_range``:
    first and last line, from 1; ``byte_range``: first byte and the byte after the last, from 0. ``confidence``: 0 to 1.
    ``evidence``: syntactic, structural, lexical, manifest, history, doc or tool. ``metrics``: what it was judged by, or
    the captures of its rule. ``family``: number of the fork family of its repository in this run. ``anti``: better not
    done. The snippet is read when asked for, and stored nowhere.
    """

    id: str
    repository_id: str
    repository: str
    commit: str
    hierarchy_level: str
    pattern_type: str
    file_path: str
    blob: str
    line_range: tuple[int, int]
    byte_range: tuple[int, int]
    description: str
    rule: str
    rule_version: int
    evidence: str
    confidence: float
    name: str = ""
    family: int = -1
    anti: bool = False
    metrics: Mapping[str, Any] = field(default_factory=dict)
    places: tuple[Mapping[str, Any], ...] = ()
    related_commits: tuple[str, ...] = ()
    related_issues: tuple[str, ...] = ()
    code_snippet: str = ""

    @property
    def address(self) -> str:
        """Give where it is: ``repo@commit:path#L1-L9``, or ``repo@commit`` where it is about the whole repository."""
        whole = f"{self.repository}@{self.commit}"
        first, last = self.line_range
        return f"{whole}:{self.file_path}{lines(first, last) if first > 0 else ''}" if self.file_path else whole
