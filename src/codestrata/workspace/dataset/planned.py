"""What a recipe would make, in counts: gate by gate, by language and licence, with what it will cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from codestrata.workspace.trying import found

if TYPE_CHECKING:
    from codestrata.engine.view import RunView
    from codestrata.workspace.report import RunReport

#: Bytes on disk for each byte of text, by format; measured on redis and git (docs/datasets.md).
_DISK = {"parquet": 0.28, "jsonl": 1.13, "jsonl.zst": 0.25, "json": 1.13, "csv": 1.06, "webdataset": 1.21}
#: Bytes of text that are read, looked through and written in a second, by format; measured there, too.
_RATE = {"parquet": 15e6}
_OTHER_RATE = 5e6


@dataclass(frozen=True, slots=True)
class Amount:
    """Files with their bytes and tokens: estimated, but for kept files that the user's tokenizer has counted."""

    files: int = 0
    bytes: int = 0
    tokens: int = 0

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> Amount:
        """Take what a decision's report counted."""
        return cls(figures["files"], figures["bytes"], figures["tokens"])

    def less(self, other: Amount) -> Amount:
        """Take some away."""
        return Amount(self.files - other.files, self.bytes - other.bytes, self.tokens - other.tokens)


@dataclass(frozen=True, slots=True)
class GateCount:
    """What one gate drops, and what is left after it."""

    reason: str
    about: str
    dropped: Amount
    left: Amount


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan: what there is, what each gate drops in the order they are asked, what stays, what building will cost.

    ``languages`` and ``licences``: name → what is kept of each, most bytes first. ``disk`` in bytes, ``seconds`` for
    what is still to be done, both estimates. ``report`` is what was done to know it.

    ``shares``: of families, what was asked for split by split, and what comes of it (empty where splits are by time).
    ``candidates``: in recipe verified, commits whose tests building runs, some several times; they are no part of
    the estimates. ``passed_over``: why other commits are not tried.
    """

    recipe: str
    name: str
    repositories: int
    total: Amount
    kept: Amount
    gates: Sequence[GateCount]
    languages: Mapping[str, Amount]
    licences: Mapping[str, Amount]
    disk: int
    seconds: float
    report: RunReport
    candidates: int | None = None
    passed_over: Mapping[str, int] = field(default_factory=dict)
    shares: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        plain = {name: getattr(self, name) for name in ("recipe", "name", "repositories", "disk", "seconds", "shares")}
        plain |= {"total": asdict(self.total), "kept": asdict(self.kept), "gates": [asdict(one) for one in self.gates]}
        plain |= {part: {k: asdict(v) for k, v in getattr(self, part).items()} for part in ("languages", "licences")}
        if self.candidates is not None:
            plain |= {"candidates": self.candidates, "passed_over": dict(self.passed_over)}
        plain |= {name: {s.full_name: s.reason for s in getattr(self.report, name)} for name in ("skipped", "failed")}
        return plain


def planned(view: RunView, report: RunReport) -> Planned:
    """Count what a run decided."""
    counted = _counted(view)
    export = view.settings.export
    kept = Amount.of(counted["kept"])
    listed = found(view) if export.recipe == "verified" else None
    formats = dict.fromkeys((export.write.format, *export.write.also))
    return Planned(
        recipe=export.recipe,
        name=export.write.name,
        repositories=len(view.snapshots()),
        total=Amount.of(counted["total"]),
        kept=kept,
        gates=gates(counted),
        languages=_listed(counted["languages"]),
        licences=_listed(counted["licences"]),
        disk=round(sum(kept.bytes * _DISK.get(name, 1.0) for name in formats)),
        seconds=round(1.0 + sum(kept.bytes / _RATE.get(name, _OTHER_RATE) for name in formats), 1),
        report=report,
        candidates=len(listed.candidates) if listed else None,
        passed_over=dict(listed.dropped.most_common()) if listed else {},
        shares=counted.get("shares", {}),
    )


def _counted(view: RunView) -> Mapping[str, Any]:
    """Give what the decision counted, with the tokens that the user's tokenizer has counted since."""
    from codestrata.export.tokens.known import recounted

    (counted,) = view.results("export.decide")
    return {**counted, **recounted(view)}


def _listed(groups: Mapping[str, Mapping[str, Any]]) -> dict[str, Amount]:
    amounts = {name: Amount.of(one) for name, one in groups.items()}
    return dict(sorted(amounts.items(), key=lambda item: (-item[1].bytes, item[0])))


def gates(counted: Mapping[str, Any]) -> list[GateCount]:
    """Give the gates that drop anything, in the order in which they are asked."""
    from codestrata.export.stage import REASONS

    left, found = Amount.of(counted["total"]), []
    for reason in REASONS:
        if reason.name in counted["removed"]:
            dropped = Amount.of(counted["removed"][reason.name])
            left = left.less(dropped)
            found.append(GateCount(reason.name, reason.about, dropped, left))
    return found
