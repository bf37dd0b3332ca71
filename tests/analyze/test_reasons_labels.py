"""Labels of real quotations: what is published about confidence is what was judged, and it holds."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from codestrata.analyze.reasons.confidence import LEAST, sure
from codestrata.analyze.reasons.cues import cues
from codestrata.analyze.reasons.record import FIELDS, TIERS

ROOT = Path(__file__).resolve().parents[2]
LABELS = Path(__file__).parent / "labels" / "reasons.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """Read all labels."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_published_tables_are_those_of_the_labels() -> None:
    """`python scripts/score_reasons.py` brings docs/evaluation-reasons.md up to date."""
    assert (
        subprocess.run([sys.executable, "scripts/score_reasons.py", "--check"], cwd=ROOT, check=False).returncode == 0
    )


def test_confidence_of_labels_is_what_the_program_gives_now(rows) -> None:
    """A posterior that changes makes the labels' predictions stale: work them out again, then publish the table."""
    table = {(cue.name, cue.field): cue for cue in cues()}
    cued = [row for row in rows if (row["cue"], row["field"]) in table and float(row["confidence"])]
    assert len(cued) > 400
    for row in cued:
        now = sure(row["tier"], table[row["cue"], row["field"]].of(row["tier"]))
        assert now == pytest.approx(float(row["confidence"]), abs=0.002), row


def test_confidence_holds_on_held_out_repositories(rows) -> None:
    """At least 150 labels of repositories never tuned on: right at least as often as predicted, less a tenth."""
    held = [row for row in rows if row["set"] == "held-out" and float(row["confidence"])]
    assert len(held) >= 150
    assert {row["tier"] for row in held} <= set(TIERS)
    assert {row["field"] for row in held} <= set(FIELDS)
    right = [row["right"] == "1" for row in held]
    predicted = [float(row["confidence"]) for row in held]
    assert min(predicted) >= LEAST
    assert sum(right) / len(held) >= 0.8
    assert abs(sum(right) - sum(predicted)) / len(held) < 0.1
