"""Finding: one structural pattern, as a detector makes it, and the table **patterns** of many."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from codestrata.analyze.records import PATTERNS
from codestrata.model.paths import readable
from codestrata.store.columns import Columns, column

#: Further places that a finding names, at most.
MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Spot:
    """Where evidence lies: a path (bytes), lines from 1 (0: the whole file), and what it says there."""

    path: bytes
    line: int = 0
    last_line: int = 0
    says: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of **patterns** (:data:`codestrata.analyze.records.PATTERNS`). ``at``: the evidence that shows it best.

    ``span``: first byte and the byte after the last of that evidence, (0, 0) for a whole file.
    """

    level: str
    type: str
    rule: str
    at: Spot
    description: str
    confidence: float
    name: str = ""
    version: int = 1
    evidence: str = "structural"
    span: tuple[int, int] = (0, 0)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    places: tuple[Spot, ...] = ()


def table(findings: Iterable[Finding], blobs: Mapping[bytes, bytes]) -> Columns:
    """Lay findings out, by level, type, path and line. ``blobs``: path → object id of the file there."""
    rows = sorted(findings, key=lambda f: (f.level, f.type, f.at.path, f.at.line, f.name, f.rule))
    values: dict[str, list[Any]] = {
        "level": [f.level for f in rows],
        "type": [f.type for f in rows],
        "name": [f.name for f in rows],
        "path": [f.at.path for f in rows],
        "blob": [blobs.get(f.at.path, b"") for f in rows],
        "start": [f.span[0] for f in rows],
        "end": [f.span[1] for f in rows],
        "line": [f.at.line for f in rows],
        "last_line": [max(f.at.last_line, f.at.line) for f in rows],
        "rule": [f.rule for f in rows],
        "rule_version": [f.version for f in rows],
        "evidence": [f.evidence for f in rows],
        "confidence": [f.confidence for f in rows],
        "description": [f.description for f in rows],
        "metrics": [_json(dict(f.metrics)) for f in rows],
        "places": [_json([_place(spot) for spot in f.places[:MOST_PLACES]]) for f in rows],
    }
    return {f.name: column(values[f.name], f.kind) for f in PATTERNS}


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _place(spot: Spot) -> dict[str, Any]:
    path = readable(spot.path)
    return {"path": path, "line": spot.line, "last_line": max(spot.line, spot.last_line), "says": spot.says}
