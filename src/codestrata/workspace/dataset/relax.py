"""When nothing is left: which gate took most, and which settings let more through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codestrata.errors import NothingDone
from codestrata.workspace.endings import AGAIN

if TYPE_CHECKING:
    from codestrata.workspace.dataset.planned import GateCount
    from codestrata.workspace.report import RunReport

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


def nothing_left(name: str, gates: Sequence[GateCount], report: RunReport) -> NothingDone:
    """Say that a recipe leaves no file: by which gates, and what to relax first.

    Where a stage over files failed on the way there, they may be out only because nobody knows what it would have said
    of them: then that is what is told, and no policy is blamed.
    """
    if not gates:
        first = "".join(f"; the first: {one.full_name}: {one.reason}" for one in report.skipped[:1])
        said = f"no repository has a file to decide on{first}"
        return NothingDone(said, where=name, hint="take other sources; --force writes an empty dataset")
    most = sorted(gates, key=lambda one: -one.dropped.files)
    total = sum(one.dropped.files for one in gates)
    told = ", ".join(f"{one.dropped.files:,} by {one.reason} ({one.about})" for one in most[:3])
    said = f"the recipe leaves nothing of {total:,} files: {told}"
    broken = [stage.stage for stage in report.stages if stage.failed and stage.stage != "ingest"]
    if broken:
        task = next((one for one in report.gave_up if one.stage in broken), None)
        why = f": {task.error}" if task else ""
        failed = f"{' and '.join(broken)} failed{why}"
        hint = "; ".join(filter(None, (task.hint if task else "", AGAIN)))
        return NothingDone(f"{failed}; without it {said}", where=name, hint=hint)
    hint = next((f"relax {setting}" for one in most if (setting := relaxed(one.reason))), "take other sources")
    return NothingDone(said, where=name, hint=hint)
