"""strata patterns as a stranger types it: its options over one analysed repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.calling import Ended, Strata

#: A program with a loop that is better written otherwise, a bare except, and a file that is closed as it should be.
CODE = """def total(rows):
    found = []
    for i in range(len(rows)):
        found.append(rows[i])
    try:
        return sum(found)
    except:
        return 0


def rows_of(value):
    with open(value) as file:
        return [row.strip() for row in file]
"""


#: A builder, by its name and by what it does, and one by its name alone.
BUILDERS = """
/// Builds a query step by step.
pub struct QueryBuilder { limit: usize, name: String }

impl QueryBuilder {
    pub fn limit(mut self, limit: usize) -> Self { self.limit = limit; self }
    pub fn name(mut self, name: String) -> Self { self.name = name; self }
    pub fn build(self) -> Query { Query { limit: self.limit, name: self.name } }
}

pub struct Query { limit: usize, name: String }

pub struct ShipBuilder { ships: usize }
"""

#: A builder of which the rule is surer than the detector.
PARTS = """class PartBuilder {
    private int wide, high;
    PartBuilder wide(int wide) { this.wide = wide; return this; }
    PartBuilder high(int high) { this.high = high; return this; }
    Part build() { return new Part(wide, high); }
}
class Part { Part(int wide, int high) {} }
"""


@pytest.fixture
def ask(make_repo: Callable, strata: Strata, tmp_path: Path) -> Callable[..., Ended]:
    """Give a way to ask about one analysed repository, ``one/shop``."""
    code = make_repo("shop", {"a.py": CODE, "b.rs": BUILDERS, "C.java": PARTS}).path
    (tmp_path / "list.csv").write_text(f"name,path\none/shop,{code}\n")
    for verb in (("discover", "list.csv"), ("ingest",), ("analyze",)):
        assert strata(*verb).code == 0
    return strata


def test_anti_lists_what_is_better_not_done_and_only_that(ask: Callable[..., Ended]) -> None:
    """Counted, listed and as JSON: what is there without the option is more."""
    anti = ask("patterns", "--anti", "--json").json
    assert anti
    assert all(one["anti"] for one in anti)
    assert len(anti) < len(ask("patterns", "--json").json)
    types = {one["pattern_type"] for one in anti}
    counted = ask("patterns", "--anti")
    assert counted.code == 0
    assert {row.split()[1] for row in counted.out.splitlines()[1:]} == types
    assert "range(len(rows))" in ask("patterns", "--anti", "--code").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--type", "singelton"), "no type is called 'singelton': did you mean singleton?"),
        (("--rule", "python.bare-excpt"), "no rule is called 'python.bare-excpt': did you mean python.bare-except?"),
        (("--type", "builder", "--language", "rost"), "no language is called 'rost': did you mean rust?"),
    ],
)
def test_what_nothing_is_called_is_told(ask: Callable[..., Ended], words: tuple[str, ...], told: str) -> None:
    """With what may have been meant; what is known and simply not there needs no word."""
    assert told in ask("patterns", *words).err
    assert ask("patterns", "--type", "builder", "--language", "rust").err == ""


def test_what_cannot_be_is_refused(ask: Callable[..., Ended]) -> None:
    """A confidence above one, lines that a file has not, no place at all."""
    assert "between 0 and 1" in ask("patterns", "--min-confidence", "2").line("error")
    assert "strata decisions" in ask("patterns", "--level", "L8").line("error")
    for place in ("one/shop:a.py#L0", "one/shop:a.py#L14", "one/shop:a.py#L9-L99"):
        ended = ask("context", place)
        assert (ended.code, "a.py has lines 1 to 13" in ended.err) == (2, True)
    assert ask("context", "").code == 2


def test_rules_of_a_folder_are_known_where_they_are_named(ask: Callable[..., Ended], tmp_path: Path) -> None:
    """The same option that analysis has makes them known to the list."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "r.yaml").write_text(
        "- id: mine.with\n  version: 1\n  level: L1\n  type: my-with\n  language: python\n  tier: A\n"
        "  description: A with statement.\n  rule: {kind: with_statement}\n"
        "  positive: ['with a: pass']\n  negative: ['a()']\n"
    )
    assert ask("analyze", "--rules", "mine").code == 0
    listed = ask("patterns", "--rules", "mine", "--type", "my-with", "--json").json
    assert listed[0]["address"].endswith("#L12-L13")
    for command in ("context", "similar"):
        assert "rows_of" in ask(command, listed[0]["id"], "--rules", "mine").out
        assert "--rules" in ask(command, listed[0]["id"]).line("error")


def test_levels_are_read_as_people_write_them(ask: Callable[..., Ended]) -> None:
    """Several, in any case; one that does not exist is answered with those that do, wherever it is asked for."""
    both = ask("patterns", "--level", "l1,L7").out
    assert {row.split()[0] for row in both.splitlines()[1:]} >= {"L1"}
    for words in (("analyze",), ("patterns",), ("rules", "list"), ("rules", "score")):
        ended = ask(*words, "--level", "L9")
        assert (ended.code, "L1 idioms, L2 design patterns" in ended.err, "L8 reasons" in ended.err) == (2, True, True)


def test_what_nobody_has_looked_at_is_told(make_repo: Callable, strata: Strata, tmp_path: Path) -> None:
    """Code of languages without a grammar, files without a tree, documents that are not in English: each with why."""
    german = "# Speicher\n\nWir nehmen SQLite, weil es für alle ist und der Dienst nicht gebraucht wird.\n"
    files = {"a.py": CODE, "b.rb": "def f(a)\n  if a\n    1\n  end\nend\n", "README.md": german}
    files["c.js"] = "if(1){var a=function(){return 1}};" * 4000
    (tmp_path / "list.csv").write_text(f"name,path\none/shop,{make_repo('shop', files).path}\n")
    for verb in (("discover", "list.csv"), ("ingest",), ("analyze",)):
        assert strata(*verb).code == 0
    said = strata("patterns").err
    assert "1 file in languages that are not read here: Ruby 1" in said
    assert "1 file without a tree: minified 1" in said
    said = strata("decisions", "one/shop").err
    assert "English ones only: 1 of 1 document looked at is in another language (German 1)" in said


def test_a_broken_folder_of_rules_stops_before_any_work(make_repo: Callable, strata: Strata, tmp_path: Path) -> None:
    """It is told with its place, and nothing was analysed yet."""
    (tmp_path / "list.csv").write_text(
        f"name,path\none/shop,{make_repo('shop', {'a.py': CODE, 'b.rs': BUILDERS}).path}\n"
    )
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "r.yaml").write_text("- id: mine.with\n")
    for verb in (("discover", "list.csv"), ("ingest",)):
        assert strata(*verb).code == 0
    for folder, told in (("mine", "r.yaml:1"), ("nowhere", "no such folder of rules")):
        ended = strata("analyze", "--rules", folder)
        assert (ended.code, told in ended.err, "analyze.facts" in ended.out + ended.err) == (2, True, False)


def test_what_two_saw_is_listed_once(ask: Callable[..., Ended]) -> None:
    """A type that a detector and a rule call a builder is the detector's; the rule can still be asked for."""
    listed = ask("patterns", "--type", "builder", "--json").json
    assert {one["name"] or one["rule"] for one in listed} == {"PartBuilder", "QueryBuilder", "rust.builder-type"}
    assert [one["line_range"] for one in listed if not one["name"]] == [[13, 13]]
    assert ask("patterns", "--type", "builder").out.splitlines()[-1].endswith("rust.builder-type")
    assert len(ask("patterns", "--rule", "rust.builder-type", "--json").json) == 2
    sure = max(one["confidence"] for one in listed)
    surer = ask("patterns", "--type", "builder", "--min-confidence", str(sure + 0.001), "--json").json
    assert [one["rule"] for one in surer] == ["java.builder-class"]
    chained = ask("patterns", "--type", "fluent-interface", "--json").json
    assert sorted((one["file_path"], one["line_range"][0]) for one in chained) == [
        *(("C.java", 3), ("C.java", 4)),
        *(("b.rs", 6), ("b.rs", 7)),
    ]
