"""Print the tables of docs/evaluation.md from what was judged, ``tests/analyze/labels/patterns.csv``."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from codestrata.analyze.rules.counts import wilson

JUDGED = Path(__file__).parent.parent / "tests" / "analyze" / "labels" / "patterns.csv"
_BANDS = ((0.0, 0.6), (0.6, 0.75), (0.75, 0.9), (0.9, 1.01))


def main() -> None:
    """Print them."""
    with JUDGED.open(newline="") as file:
        rows = list(csv.DictReader(file))
    first, second = ([row for row in rows if row["sample"] == name] for name in ("first", "second"))
    print("\n".join([*by_level(second), "", *by_confidence(second), "", *by_level(first), "", *by_confidence(first)]))


def by_level(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Give the lines of the table of precision by level."""
    yield "| level | judged | right | wrong | unsure | precision | 95 % |"
    yield "|---|---|---|---|---|---|---|"
    levels = sorted({row["level"] for row in rows})
    for name, kept in [*((level, [r for r in rows if r["level"] == level]) for level in levels), ("all", rows)]:
        yield f"| {name} | {len(kept)} | {_figures(kept)} |"


def by_confidence(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Give the lines of the table that compares confidence with what was right."""
    yield "| confidence | judged | right | wrong | unsure | precision | 95 % |"
    yield "|---|---|---|---|---|---|---|"
    for low, high in _BANDS:
        kept = [row for row in rows if low <= float(row["confidence"]) < high]
        yield f"| {low:.2f} to {min(high, 1):.2f} | {len(kept)} | {_figures(kept)} |"


def _figures(rows: Sequence[Mapping[str, str]]) -> str:
    right, wrong, unsure = (sum(r["judgement"] == one for r in rows) for one in ("right", "wrong", "unsure"))
    low, high = wilson(right, right + wrong)
    part = right / (right + wrong) if right + wrong else 0.0
    return f"{right} | {wrong} | {unsure} | {part:.0%} | {low:.0%} to {high:.0%}"


if __name__ == "__main__":
    main()
