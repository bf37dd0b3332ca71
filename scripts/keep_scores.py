"""Keep what was measured of our rules in ``analyze/rules/data/scores.json``, by source.

    python scripts/keep_scores.py planted src/codestrata/analyze/rules/data/planted --says "our planted programs"
    python scripts/keep_scores.py variants --says "the planted programs, and variants of the rules' own examples"
    python scripts/keep_scores.py ruff SETS/ruff --field --says "ruff 0.17 over 1,438 files of seven projects"
    python scripts/keep_scores.py read --judged tests/analyze/labels/patterns.csv --field --says "one reader"

``--field``: real code that was judged by somebody who did not write it for the rules; confidence follows from it.
"""

from __future__ import annotations

import argparse
import csv
import json
from datetime import UTC, datetime
from pathlib import Path

from codestrata.analyze.rules.counts import Counts
from codestrata.analyze.rules.floor import FLOOR
from codestrata.analyze.rules.load import ours
from codestrata.workspace.rules import score


def main() -> None:
    """Score, and keep what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("sets", type=Path, nargs="*")
    parser.add_argument("--says", required=True)
    parser.add_argument("--judged", type=Path, help="a table of judgements instead of sets")
    parser.add_argument("--field", action="store_true")
    given = parser.parse_args()
    counts = judged(given.judged) if given.judged else score(None, given.sets)[1].counts
    kept = json.loads(FLOOR.read_text())
    today = datetime.now(UTC).date().isoformat()
    scores = {rule: [one.tp, one.fp, one.fn] for rule, one in sorted(counts.items())}
    kept[given.source] = {"says": given.says, "date": today, "field": given.field, "scores": scores}
    lines = (f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in sorted(kept.items()))
    FLOOR.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(scores)} rules of {given.source}")


def judged(table: Path) -> dict[str, Counts]:
    """Count judgements by rule, less what a rule that was narrowed since no longer finds.

    Those of detectors, which are no rules, are left out, and so is what was unsure.
    """
    found: dict[str, Counts] = {}
    with table.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["judgement"] in {"right", "wrong"} and not row["since"] and row["rule"] in ours().numbers:
                one = Counts(tp=1) if row["judgement"] == "right" else Counts(fp=1)
                found[row["rule"]] = found.get(row["rule"], Counts()) + one
    return found


if __name__ == "__main__":
    main()
