"""What becomes of private things: settings ``export.privacy``, asked of tables **inspected** and **private**."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.export.redact import Edit, Edits
from codestrata.privacy.kinds import KINDS, PLACEHOLDERS, SECRETS, edition
from codestrata.store.columns import Columns, Varlen
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.settings.recipe import PrivacySettings
    from codestrata.store.tables import TableFile, Tables

STAGE = "analyze.privacy"


@dataclass(frozen=True, slots=True)
class Policy:
    """What becomes of each kind. redact, drop: kinds; confidence: what is less sure stays; most: secrets in a file."""

    redact: tuple[str, ...]
    drop: tuple[str, ...]
    confidence: float
    most: int

    @classmethod
    def of(cls, settings: PrivacySettings) -> Policy:
        """Read the settings."""
        acts = {kind: getattr(settings, name) for kind, name in KINDS.items()}
        redact, drop = (tuple(kind for kind, act in acts.items() if act == wanted) for wanted in ("redact", "drop"))
        return cls(redact, drop, settings.confidence, settings.most)

    @property
    def asks(self) -> bool:
        """Say whether anything is done at all."""
        return bool(self.redact or self.drop or self.most)

    def act(self, kind: str) -> str:
        """Say what becomes of a kind."""
        return "redact" if kind in self.redact else "drop" if kind in self.drop else "keep"

    def sure(self) -> str:
        """Give the condition of what counts, in SQL."""
        return f"confidence >= {self.confidence - 1e-6:.6f}::float"


def tables_of(view: View, name: str) -> Sequence[TableFile]:
    """List the files of table ``inspected`` or ``private`` that hold for this run."""
    return view.files(name, stage=STAGE, version=edition(view.settings.analyze.max_blob_bytes))


def listed(kinds: Sequence[str]) -> str:
    """Write kinds as a list in SQL."""
    return ", ".join(f"'{kind}'" for kind in kinds) or "''"


def edits(tables: Tables, private: Sequence[TableFile], blobs: Varlen, policy: Policy) -> Edits:
    """Give what is replaced in the texts of blobs."""
    if not (private and policy.redact and len(blobs)):
        return Edits()
    found = tables.query(
        f'select distinct blob, kind, start, "end", lines from {tables.scan(private)} join wanted using (blob)'
        f" where kind in ({listed(policy.redact)}) and {policy.sure()} order by blob, start",
        wanted={"blob": blobs},
    )
    of: dict[bytes, list[Edit]] = {}
    ids, kinds = found["blob"], found["kind"].strings()  # type: ignore[union-attr]
    places = (np.asarray(found[name]).tolist() for name in ("start", "end", "lines"))
    for blob, kind, start, end, lines in zip(ids, kinds, *places, strict=True):
        of.setdefault(blob, []).append(Edit(start, end, PLACEHOLDERS[kind] + b"\n" * lines))
    return Edits(of)


def kept_edits(view: View, kept: Columns) -> Edits:
    """Give the edits of kept rows; needs their columns ``blob`` and ``redactions``."""
    edited = np.flatnonzero(np.asarray(kept["redactions"]) > 0)
    policy = Policy.of(view.settings.export.privacy)
    if not (len(edited) and policy.redact):
        return Edits()
    blobs: Varlen = kept["blob"]  # type: ignore[assignment]
    return edits(view.tables, tables_of(view, "private"), blobs.take(edited), policy)


def by_kind(tables: Tables, private: Sequence[TableFile], blobs: Varlen, policy: Policy) -> dict[str, int]:
    """Count the places that are replaced in the texts of rows (a blob may be there twice), by kind."""
    if not (private and policy.redact and len(blobs)):
        return {}
    found = tables.query(
        f"select kind, count(*)::bigint as n from {tables.scan(private)} join wanted using (blob)"
        f" where kind in ({listed(policy.redact)}) and {policy.sure()} group by kind order by kind",
        wanted={"blob": blobs},
    )
    return dict(zip(found["kind"].strings(), np.asarray(found["n"]).tolist(), strict=True))  # type: ignore[union-attr]


def places(tables: Tables, private: Sequence[TableFile], blob: Varlen, policy: Policy) -> list[dict[str, Any]]:
    """List the private things in one blob's text: kind, detector, line, confidence, act (redact, …, unsure)."""
    if not private:
        return []
    found = tables.query(
        f"select distinct kind, detector, line, start, confidence, {policy.sure()} as sure"
        f" from {tables.scan(private)} join wanted using (blob) order by start",
        wanted={"blob": blob},
    )
    return [
        {
            **{name: one[name] for name in ("kind", "detector", "line")},
            "confidence": round(float(one["confidence"]), 3),
            "act": policy.act(one["kind"]) if one["sure"] else "unsure",
        }
        for one in rows_of(found)
    ]


__all__ = ["SECRETS", "STAGE", "Policy", "by_kind", "edits", "kept_edits", "listed", "places", "tables_of"]
