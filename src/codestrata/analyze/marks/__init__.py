"""What a file's path alone says: vendored, documentation, test, generated.

Vendored, documentation and most generated rules are Linguist's (``data/paths.json``); the rest are ours, with examples
beside each: :mod:`codestrata.analyze.marks.tests` and :mod:`codestrata.analyze.marks.generated`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from codestrata.analyze.marks.generated import GENERATED
from codestrata.analyze.marks.search import Paths, Rules
from codestrata.analyze.marks.tests import TESTS
from codestrata.store.columns import Columns, Varlen


@cache
def generated_rules() -> tuple[tuple[str, str], ...]:
    """Give (rule, pattern) of every rule about generated files, in the order tried: Linguist's, then ours."""
    linguist = json.loads((files(__package__) / "data" / "paths.json").read_bytes())["generated"]
    return (*((name, pattern) for name, pattern in linguist), *((rule.name, rule.pattern) for rule in GENERATED))


@cache
def _rules() -> dict[str, Rules]:
    linguist = json.loads((files(__package__) / "data" / "paths.json").read_bytes())
    return {
        "vendored": Rules(linguist["vendor"]),
        "documentation": Rules(linguist["documentation"]),
        "test": Rules(rule.pattern for rule in TESTS),
        "generated": Rules((pattern for _, pattern in generated_rules()), numbered=True),
    }


def marks(paths: Varlen) -> Columns:
    """Give vendored, test and documentation (bool) and generated_path (the rule's name, or ``""``) for each path."""
    rules, searched = _rules(), Paths(paths)
    columns: Columns = {kind: searched.rule_of(rules[kind]) >= 0 for kind in ("vendored", "test", "documentation")}
    names = [*(name for name, _ in generated_rules()), ""]
    columns["generated_path"] = Varlen.of(names).take(searched.rule_of(rules["generated"]) % len(names))
    return columns
