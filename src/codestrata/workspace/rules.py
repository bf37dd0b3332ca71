"""What ``strata rules`` calls: rules of ours or of a folder, and their examples tried."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestrata.analyze.rules.counts import Counts
    from codestrata.analyze.rules.examples import Example
    from codestrata.analyze.rules.load import Pack
    from codestrata.analyze.rules.mistakes import Mistake
    from codestrata.analyze.rules.rule import Rule
    from codestrata.analyze.rules.scoring import Score


def rules(folder: Path | None) -> tuple[list[Rule], list[Mistake]]:
    """Give the rules of a folder, ours without one, and what is wrong with it."""
    from codestrata.analyze.rules.load import examine
    from codestrata.analyze.syntax.edition import RULES

    pack, mistakes = examine(folder or RULES)
    return list(pack.rules), mistakes


def check(folders: Sequence[str]) -> None:
    """Refuse folders of rules that are not there or have mistakes, before any work begins. Raises InvalidInput."""
    from codestrata.analyze.rules.load import load

    for folder in folders:
        load(Path(folder))


def examples(folder: Path | None, ids: Sequence[str]) -> tuple[list[Example], list[Mistake]]:
    """Try the examples of the rules of a folder, ours without one; ids: of these only. Gives what is wrong, too."""
    from codestrata.analyze.rules.examples import tried
    from codestrata.analyze.rules.load import examine
    from codestrata.analyze.syntax.edition import RULES

    pack, mistakes = examine(folder or RULES)
    return tried(pack, ids), mistakes


def measured(rule: Rule) -> tuple[float, Counts]:
    """Give the confidence in a rule, 0 to 1, and what was counted of it in the code of others."""
    from codestrata.analyze.rules import floor

    return floor.confidence(rule), floor.measured(rule)


def score(folder: Path | None, sets: Sequence[Path]) -> tuple[Pack, Score]:
    """Score the rules of a folder, ours without one, over sets of programs whose places are known.

    Without sets: over our planted programs, and variants of the rules' own examples. Raises InvalidInput.
    """
    from codestrata.analyze.rules.labelled import PLANTED, programs
    from codestrata.analyze.rules.load import load, ours
    from codestrata.analyze.rules.scoring import scored
    from codestrata.analyze.rules.variants import variants

    pack = load(folder) if folder else ours()
    found = [one for where in sets for one in programs(pack, where)]
    if not sets:
        found = [*(() if folder else programs(pack, PLANTED)), *variants(pack, seed=1)]
    return pack, scored(pack, found)
