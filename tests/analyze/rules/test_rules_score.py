"""How right rules are: what is counted, what confidence follows from it, and the floor under both."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from codestrata.analyze.records import TIERS
from codestrata.analyze.rules import floor
from codestrata.analyze.rules.counts import Counts, wilson
from codestrata.analyze.rules.floor import Source, confidence
from codestrata.analyze.rules.labelled import PLANTED, Place, marked, programs
from codestrata.analyze.rules.load import ours
from codestrata.analyze.rules.rule import Rule
from codestrata.analyze.rules.scoring import scored
from codestrata.analyze.rules.variants import variants
from codestrata.errors import InvalidInput


def _rule(name: str) -> Rule:
    return ours().rules[ours().numbers[name]]


def test_an_interval_is_that_of_wilson() -> None:
    """Eighteen of twenty: the value of the published formula; nothing seen says nothing."""
    low, high = wilson(18, 20)
    assert (round(low, 3), round(high, 3)) == (0.699, 0.972)
    assert wilson(0, 0) == (0.0, 1.0)


def test_marks_say_what_is_there_and_are_no_part_of_the_program() -> None:
    """Lines stay where they are; the count behind a plus is of further lines."""
    text = b"x = 1\nclass A:  # expect: python.enum-class+1, python.dataclass\n    pass\n"
    program = marked(ours(), "a", "python", text)
    assert program.text == b"x = 1\nclass A:\n    pass\n"
    assert program.places == {Place("python.enum-class", 2, 3), Place("python.dataclass", 2, 2)}


def test_a_mark_of_a_rule_that_is_not_there_is_refused() -> None:
    """A renamed rule cannot leave marks behind that nobody reads."""
    with pytest.raises(InvalidInput, match=r"there is no rule python\.nothing for python"):
        marked(ours(), "a", "python", b"x  # expect: python.nothing\n")


def test_what_is_found_on_other_lines_is_wrong_and_what_is_not_found_is_missed() -> None:
    """Lines have to be exact where both ends are known."""
    text = b"try:  # expect: python.bare-except\n    a()\nexcept:\n    pass\n"
    score = scored(ours(), [marked(ours(), "a", "python", text)])
    assert score.counts["python.bare-except"] == Counts(tp=0, fp=1, fn=1)
    assert score.wrong == [("a", Place("python.bare-except", 3, 4))]
    assert score.missed == [("a", Place("python.bare-except", 1, 1))]


def test_labels_of_a_tool_name_one_line_and_judge_its_own_rules_alone(tmp_path: Path) -> None:
    """A label fits what goes over its line; a rule without a label in the set is not counted."""
    (tmp_path / "a.py").write_text("def f(\n    a=[],\n):\n    pass\n\n\nx = [a for a in b]\n\ndef g(a={}): pass\n")
    told = {"source": "a tool", "judged": ["ruff:B006"], "labels": [["a.py", "ruff:B006", 2], ["a.py", "ruff:B006", 7]]}
    (tmp_path / "labels.json").write_text(json.dumps(told))
    score = scored(ours(), programs(ours(), tmp_path))
    assert score.counts == {"python.mutable-default": Counts(tp=1, fp=1, fn=1)}


def test_confidence_begins_with_the_tier_and_follows_what_was_judged_in_the_code_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Planted programs do not count; all other sources are added to what the tier is worth."""
    rule = _rule("python.bare-except")
    tier = TIERS[rule.tier]
    seen = {"planted": Source("", "", field=False, scores={rule.id: (99, 0, 0)})}
    monkeypatch.setattr(floor, "floor", lambda: seen)
    assert confidence(rule) == tier
    seen["read"] = Source("", "", field=True, scores={rule.id: (4, 0, 0)})
    assert confidence(rule) == pytest.approx((4 + floor.PRIOR * tier) / (4 + floor.PRIOR))
    seen["ruff"] = Source("", "", field=True, scores={rule.id: (13, 2, 5)})
    assert confidence(rule) == pytest.approx((17 + floor.PRIOR * tier) / (19 + floor.PRIOR))


def test_every_planted_place_that_was_found_once_is_found_still() -> None:
    """The floor, rule by rule: a rule that changed may be better over the planted programs, not worse."""
    score = scored(ours(), programs(ours(), PLANTED))
    for rule, (_, fp, fn) in floor.floor()["planted"].scores.items():
        now = score.counts.get(rule, Counts())
        told = [place for place in (*score.wrong, *score.missed) if place[1].rule == rule]
        assert now.fp <= fp, f"{rule} finds what is not there: {told}"
        assert now.fn <= fn, f"{rule} misses what is there: {told}"


def test_rules_find_their_examples_in_any_surroundings() -> None:
    """The floor, level by level: other code around, other layout, names and line ends change nothing."""
    score = scored(ours(), [*programs(ours(), PLANTED), *variants(ours(), seed=1)])
    kept: dict[str, Counts] = {}
    for rule in ours().rules:
        if rule.id in floor.floor()["variants"].scores:
            kept[rule.level] = kept.get(rule.level, Counts()) + floor.floor()["variants"].counts(rule.id)
    for level, counts in score.by_level(ours()).items():
        was = kept[level]
        assert (counts.precision or 0) >= (was.precision or 0) - 0.01, (level, score.wrong)
        assert (counts.recall or 0) >= (was.recall or 0) - 0.01, (level, score.missed)


def test_variants_are_the_same_each_time() -> None:
    """A seed gives the same programs, and most of them differ from one another."""
    first, second = (list(variants(ours(), 3, ["c"])) for _ in range(2))
    assert first == second
    assert len({one.text for one in first}) > len(first) / 2


def test_the_tables_of_the_page_are_those_of_the_judgements() -> None:
    """What docs/evaluation.md says was judged is what the table of judgements has, 200 of them of the first sample."""
    root = Path(__file__).parents[3]
    made = subprocess.run(
        [sys.executable, root / "scripts" / "evaluation_tables.py"], capture_output=True, text=True, check=True
    ).stdout
    page = (root / "docs" / "evaluation.md").read_text()
    for line in made.splitlines():
        assert line in page
    rows = list(csv.DictReader((root / "tests" / "analyze" / "labels" / "patterns.csv").read_text().splitlines()))
    assert len(rows) >= 200
    assert {row["level"] for row in rows} == {"L1", "L2", "L3", "L4", "L5", "L6", "L7"}
    assert all(row["reason"] for row in rows if row["judgement"] != "right")
