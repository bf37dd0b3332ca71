"""What a gate says of a dataset, and what all of them say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from codestrata.errors import GateFailed

State = Literal["passed", "failed", "skipped"]
#: Rows that a gate names.
MOST = 20


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one gate found.

    ``value`` and ``threshold``: the figure that was judged, -1 where it judges none; ``rows``: sources (or files) that
    fail, MOST at most of ``failing``; ``why``: what is wrong, or why the gate was skipped.
    """

    gate: str
    state: State
    about: str
    value: float = -1.0
    threshold: float = -1.0
    failing: int = 0
    rows: Sequence[str] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All judgements of a dataset, in the order in which the gates were asked. ``forced``: it was published anyway."""

    judgements: Sequence[Judgement] = field(default_factory=tuple)
    forced: bool = False

    @property
    def failed(self) -> list[Judgement]:
        """List the gates that failed."""
        return [one for one in self.judgements if one.state == "failed"]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {"forced": self.forced, "gates": [asdict(one) for one in self.judgements]}

    def lasting(self) -> dict[str, Any]:
        """Give as JSON what depends on the dataset alone, not on the one that lay there before."""
        return {"gates": [asdict(one) for one in self.judgements if one.gate != "drift"]}

    def refuse(self, where: str) -> None:
        """Raise GateFailed where a gate failed and nobody forces it."""
        if not self.failed or self.forced:
            return
        told = "; ".join(_told(one) for one in self.failed)
        hint = "mend it, loosen export.gates, or --force, which the card tells"
        raise GateFailed(f"{len(self.failed)} of {len(self.judgements)} gates fail: {told}", where=where, hint=hint)


def _told(one: Judgement) -> str:
    first = f", the first is {one.rows[0]}" if one.rows else ""
    return f"{one.gate}: {one.why}{first}"
