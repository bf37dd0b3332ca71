"""strata dataset why and set: explaining a decision, and trying another."""

from __future__ import annotations

import pytest
from tests.acceptance.conftest import World
from tests.cli.calling import Strata
from tests.cli.test_dataset_recipes import RECIPE, written


def test_why_tells_every_gate_that_fails(world: World, strata: Strata) -> None:
    """Not only the first: a file with one long line fails two rules, each with its value and threshold."""
    written(world, RECIPE)
    assert strata("dataset", "build").code == 0
    ended = strata("dataset", "why", "alpha:long.py", "--json")
    assert ended.code == 0
    life = ended.json
    failed = {gate["name"]: gate for gate in life["gates"] if gate["state"] == "failed"}
    assert set(failed) == {"quality.mean_line", "quality.max_line"}
    assert (failed["quality.max_line"]["value"], failed["quality.max_line"]["threshold"]) == (2406, "≤ 1,000")
    assert (life["kept"], life["reason"]) == (False, "quality.mean_line")
    after = [gate["state"] for gate in life["gates"] if gate["name"].endswith("_duplicate")]
    assert set(after) <= {"not asked", "off"}


def test_why_names_the_twin_and_the_evidence(world: World, strata: Strata) -> None:
    """Of a near duplicate the kept twin with the exact Jaccard; of the twin what went for it; the licence's proof."""
    written(world, RECIPE)
    strata("dataset", "build")
    gone = strata("dataset", "why", "alpha:src/base.py", "--json").json
    (twin,) = gone["twins"]
    assert (twin["relation"], twin["place"]) == ("kept instead", "beta:lib/base_again.py")
    assert 0.7 <= twin["jaccard"] < 1
    kept = strata("dataset", "why", "beta:lib/base_again.py", "--json").json
    assert [(one["place"], one["jaccard"]) for one in kept["twins"]] == [("alpha:src/base.py", twin["jaccard"])]
    said = {"expression": "MIT", "class": "permissive", "source": "LICENSE", "method": "file"}
    assert kept["licence"] == {**said, "confidence": pytest.approx(0.95, abs=0.05)}
    row = kept["output"]
    assert (row["split"], kept["verified"]) == ("train", True)
    assert strata("dataset", "why", f"dataset/{row['file']}#{row['row']}", "--json").json == kept


def test_why_of_a_name_that_is_nearly_right(world: World, strata: Strata) -> None:
    """It asks whether the repository nearest to it was meant."""
    written(world, RECIPE)
    strata("dataset", "plan")
    assert strata("dataset", "why", "gama:main.py").line("no such repository", "did you mean gamma?")


def test_why_for_people(world: World, strata: Strata) -> None:
    """What became of it comes first; gates that are off are only counted, unless all are asked for."""
    written(world, RECIPE)
    strata("dataset", "plan")
    shown = strata("dataset", "why", "gamma:main.py")
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert lines[:2] == ["gamma:main.py", "✗ dropped by licence: the licence is not one that the policy lets through"]
    assert any(line.split()[:3] == ["✗", "licence", "GPL-3.0-only"] for line in lines)
    assert "--all shows them" in shown.out
    assert len(strata("dataset", "why", "gamma:main.py", "--all").out) > len(shown.out)
    assert strata("dataset", "why", "gamma:none.py").line("error:", "has no file none.py")


@pytest.mark.parametrize(
    ("change", "gained", "lost"),
    [
        ("dedup.level=none", {"near_duplicate", "exact_duplicate"}, set()),
        ("quality.enabled=false", {"quality.mean_line", "quality.text_name"}, set()),
        ("export.licences.allow=GPL-3.0-only", {"licence"}, set()),
        ("files.max_bytes=2000", set(), {"size"}),
    ],
)
def test_what_if_is_what_building_does(
    world: World, strata: Strata, change: str, gained: set[str], lost: set[str]
) -> None:
    """What is gained and lost is the difference to a real build with that setting; the recipe is left as it is."""
    file = written(world, RECIPE)
    planned = strata("dataset", "plan", "--json").json
    told = strata("dataset", "set", change, "--what-if", "--json").json
    assert told["before"] == planned["kept"]
    assert {name for name, one in told["reasons"].items() if one["gained"]["files"]} == gained
    assert {name for name, one in told["reasons"].items() if one["lost"]["files"]} == lost
    assert file.read_text() == RECIPE
    assert strata("dataset", "set", change).code == 0
    again = strata("dataset", "plan", "--json").json
    assert told["after"] == again["kept"]
    for name, one in told["languages"].items():
        before, after = (plan["languages"].get(name, {"files": 0, "tokens": 0}) for plan in (planned, again))
        assert one["gained"]["tokens"] - one["lost"]["tokens"] == after["tokens"] - before["tokens"]


def test_what_if_says_what_is_not_known(world: World, strata: Strata) -> None:
    """Before anything was looked at, or for what needs new work, it says which command does it."""
    written(world, RECIPE)
    told = strata("dataset", "set", "files.tests=drop", "--what-if")
    assert told.line("error:", "nothing is known", "strata dataset plan")
    strata("dataset", "plan")
    told = strata("dataset", "set", "analyze.levels=L1", "--what-if")
    assert told.code == 2
    assert told.line("error:", "analyze.levels asks for new work")


def test_set_keeps_everything_else(world: World, strata: Strata) -> None:
    """Comments, order and spacing stay, and say what they were about; a value that does not fit changes nothing."""
    text = f"{RECIPE}quality:      # ours\n  max_line: 1000   # characters\n\n# the end\n"
    file = written(world, text)
    assert strata("dataset", "set", "quality.max_line=120", "export.dedup.level=exact").code == 0
    changed = text.replace("max_line: 1000   #", "max_line: 120    # was 1000:") + "dedup: {level: exact}\n"
    assert file.read_text() == changed
    ended = strata("dataset", "set", "quality.max_lin=1")
    assert ended.code == 2
    assert ended.line("error:", "did you mean quality.max_line?")
    assert file.read_text() == changed
