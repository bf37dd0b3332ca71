"""What ``strata rules`` calls: rules of ours or of a folder, and their examples tried."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestrata.analyze.rules.examples import Example
    from codestrata.analyze.rules.mistakes import Mistake
    from codestrata.analyze.rules.rule import Rule


def rules(folder: Path | None) -> tuple[list[Rule], list[Mistake]]:
    """Give the rules of a folder, ours without one, and what is wrong with it."""
    from codestrata.analyze.rules.load import examine
    from codestrata.analyze.syntax.edition import RULES

    pack, mistakes = examine(folder or RULES)
    return list(pack.rules), mistakes


def examples(folder: Path | None, ids: Sequence[str]) -> tuple[list[Example], list[Mistake]]:
    """Try the examples of the rules of a folder, ours without one; ids: of these only. Gives what is wrong, too."""
    from codestrata.analyze.rules.examples import tried
    from codestrata.analyze.rules.load import examine
    from codestrata.analyze.syntax.edition import RULES

    pack, mistakes = examine(folder or RULES)
    return tried(pack, ids), mistakes
