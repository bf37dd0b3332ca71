"""Rules in a user's folder are looked for where they have not been, and nothing else is done again for them."""

from __future__ import annotations

from typing import Any

import pytest

from codestrata.analyze.rules.stage import NAME, version
from codestrata.analyze.syntax import stage as syntax
from codestrata.errors import InvalidInput
from codestrata.settings import load
from codestrata.store.columns import Varlen

RULE = """
id: own-print
version: 1
level: L1
type: print
language: python
tier: A
description: A call of print.
rule: {pattern: print($$$A)}
positive: ["print(1)"]
negative: ["log(1)"]
"""


@pytest.fixture
def own(analysis, tmp_path):
    """Give a way to analyse with a folder of rules, and what was found by it."""
    folder = tmp_path / "own"
    folder.mkdir()

    def analyse(*repositories: Any, rule: str = RULE, **flags: Any) -> list[tuple[str, int, str]]:
        (folder / "own.yaml").write_text(rule)
        flags = {"engine.inline": True, "analyze.levels": "L1", "analyze.rules": str(folder), **flags}
        analysis.settings = load(flags=flags)
        analysis.engine.settings = analysis.settings
        analysis.run(*repositories)
        made_by = version(analysis.settings.analyze)
        table = analysis.view.tables.read(analysis.view.files("matches", stage=NAME, version=made_by))
        columns = [c.strings() if isinstance(c, Varlen) and c.text else list(c) for c in table.values()]
        rows = [dict(zip(table, row, strict=True)) for row in zip(*columns, strict=True)]
        return [(row["rule"], int(row["line"]), row["pack"]) for row in rows]

    return analyse


def test_rules_of_a_folder_are_found_with_their_pack(analysis, own, repository_of):
    """What they find has the digest of their folder; the second time nothing is looked at; another rule looks anew."""
    _, repository = repository_of("one", {"a.py": "x = 1\nprint(x)\n", "b.py": "log(2)\n"})
    ((rule, line, pack),) = own(repository)
    assert (rule, line, len(pack)) == ("own-print", 2, 16)
    assert analysis.reports[syntax.NAME].planned == analysis.reports[NAME].planned == 1
    own(repository)
    assert analysis.reports[NAME].planned == 0
    assert own(repository, rule=RULE.replace("print($$$A)", "log($$$A)").replace("print(1)", "log(2)"))[0][:2] == (
        "own-print",
        1,
    )
    assert analysis.reports[syntax.NAME].planned == 0


def test_a_folder_with_a_mistake_is_refused(own, repository_of):
    """Nothing is looked for with rules that are not sound; the place of the mistake is said."""
    _, repository = repository_of("one", {"a.py": "x = 1\n"})
    with pytest.raises(InvalidInput, match=r"own\.yaml"):
        own(repository, rule=RULE.replace("level: L1", "level: L9"))


def test_without_folders_there_is_nothing_to_look_for(analysis, own, repository_of):
    """Our own rules are part of syntax: this stage is for others'."""
    _, repository = repository_of("one", {"a.py": "print(1)\n"})
    own(repository, **{"analyze.rules": ""})
    assert analysis.reports[NAME].planned == 0
