"""When nothing is left: which gate took most, and which settings let more through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codestrata.errors import NothingDone

if TYPE_CHECKING:
    from codestrata.workspace.dataset.planned import GateCount

#: Reason → the setting that lets more through, as a recipe writes it; "" where no setting does.
RELAX = {
    "not_a_file": "",
    "quarantine": "",
    "opt_out": "strata dataset optout list",
    "unverified": "checks.require",
    "size": "files.max_bytes",
    "unread": "",
    "lfs": "",
    "binary": "",
    "encoding": "",
    "empty": "",
    "language": "files.languages",
    "licence": "licences.classes, licences.allow or licences.unknown: keep",
    "vendored": "files.vendored: keep",
    "generated": "files.generated: keep",
    "minified": "files.minified: keep",
    "test": "files.tests: keep",
    "documentation": "files.documentation: keep",
    "select": "select",
    "score": "quality.score",
    "private": "privacy: redact instead of drop",
    "contaminated": "decontaminate.action: keep",
    "exact_duplicate": "dedup.level",
    "normal_duplicate": "dedup.normal: false",
    "syntax_duplicate": "dedup.syntax: false",
    "near_duplicate": "dedup.threshold",
    "repository_duplicate": "dedup.repositories: 0",
    "earlier_duplicate": "dedup.against",
    "leak": "split",
    "mixture": "mixture",
}


def relaxed(reason: str) -> str:
    """Name what lets more files through a gate; a rule of quality is its own setting."""
    return reason if reason.startswith("quality.") else RELAX.get(reason, "")


def nothing_left(name: str, gates: Sequence[GateCount]) -> NothingDone:
    """Say that a recipe leaves no file: by which gates, and what to relax first."""
    most = sorted(gates, key=lambda one: -one.dropped.files)
    total = sum(one.dropped.files for one in gates)
    told = ", ".join(f"{one.dropped.files:,} by {one.reason} ({one.about})" for one in most[:3])
    hint = next((f"relax {setting}" for one in most if (setting := relaxed(one.reason))), "take other sources")
    return NothingDone(f"the recipe leaves nothing of {total:,} files: {told}", where=name, hint=hint)
