"""Print how far quotations of reasons (L8) can be trusted: what was predicted against what was judged.

``python scripts/score_reasons.py`` reads the labels (tests/analyze/labels/reasons.csv) and writes the tables of
docs/evaluation-reasons.md, between its marks; ``--check`` only says whether they are current.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import sqrt
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "tests" / "analyze" / "labels" / "reasons.csv"
PAGE = ROOT / "docs" / "evaluation-reasons.md"
BEGIN, END = "<!-- made by scripts/score_reasons.py -->\n", "<!-- end -->\n"
#: Edges of the bins of predicted confidence.
BINS = (0.65, 0.7, 0.8, 0.87, 0.9, 1.0)
Row = dict[str, str]


def labels(which: str) -> list[Row]:
    """Give the labels of a set (tuning, held-out) of quotations that are kept now."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["set"] == which and float(row["confidence"])]


def interval(right: int, count: int) -> tuple[float, float]:
    """Give the 95 % interval of a share. Source: Wilson (1927)."""
    z, p = 1.96, right / count
    centre, spread = p + z * z / (2 * count), z * sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    return (centre - spread) / (1 + z * z / count), (centre + spread) / (1 + z * z / count)


def line(name: str, rows: Sequence[Row]) -> str:
    """Give one row of a table."""
    right, count = sum(row["right"] == "1" for row in rows), len(rows)
    predicted = sum(float(row["confidence"]) for row in rows) / count
    low, high = interval(right, count)
    return f"| {name} | {count} | {predicted:.2f} | {right / count:.2f} | {low:.2f} to {high:.2f} |"


def error(rows: Sequence[Row]) -> float:
    """Give the expected calibration error: the mean distance of predicted and judged, weighted by the bins' sizes."""
    total = 0.0
    for _, part in bins(rows):
        gap = sum(float(row["confidence"]) - (row["right"] == "1") for row in part)
        total += abs(gap)
    return total / len(rows)


def bins(rows: Sequence[Row]) -> Iterable[tuple[str, list[Row]]]:
    """Cut rows by what was predicted; empty bins are left out."""
    for low, high in pairwise(BINS):
        part = [row for row in rows if low <= float(row["confidence"]) < high]
        if part:
            yield f"{low:.2f} to {high:.2f}", part


def tables() -> str:
    """Give the tables of the page."""
    head = "| | labels | predicted | right | 95 % interval |\n|---|---|---|---|---|"
    parts = []
    for which in ("held-out", "tuning"):
        rows = labels(which)
        by = {name: [row for row in rows if row["tier"] == name] for name in sorted({row["tier"] for row in rows})}
        parts.append(f"### {which}: by predicted confidence\n\n{head}")
        parts += [line(name, part) for name, part in bins(rows)]
        parts.append(f"{line('all', rows)}\n\nExpected calibration error: {error(rows):.3f}.\n")
        parts.append(f"### {which}: by tier\n\n{head}")
        parts += [line(name, part) for name, part in by.items()]
        parts.append("")
    return "\n".join(parts)


def main() -> int:
    """Write or check the page."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    new = f"{before}{BEGIN}\n{tables()}\n{END}{after}"
    if "--check" in sys.argv:
        return int(new != text)
    PAGE.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
