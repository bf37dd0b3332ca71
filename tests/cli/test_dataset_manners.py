"""How the commands of datasets speak: warnings, suggestions, wide values, sources that had nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from tests.acceptance.conftest import World, code
from tests.cli.calling import Strata
from tests.cli.test_dataset_recipes import RECIPE, written

_WIDE = "(MIT OR Apache-2.0) AND (BSD-3-Clause OR BSD-2-Clause OR ISC) AND (Zlib OR Unlicense) AND BSL-1.0 AND CC0-1.0"


def test_force_warns(world: World, strata: Strata) -> None:
    """In one line: which gates fail and where that stands; again where nothing is to be done; never without need."""
    written(world, f"{RECIPE}gates: {{least_rows: 100}}\n")
    assert strata("dataset", "build").code == 4
    for _ in range(2):
        ended = strata("dataset", "build", "--force")
        assert ended.code == 0
        (line,) = ended.lines
        assert line.startswith("warning: forced, 1 gate fails (counts: ")
        assert line.endswith("; README.md and manifest.json record it")
    assert strata("dataset", "build", "--force", "--json").json["dataset"]["forced"] == [
        "counts: rows are missing or too many"
    ]
    written(world, RECIPE)
    assert strata("dataset", "build", "--force").lines == []


def test_too_few_families_are_told(world: World, strata: Strata) -> None:
    """By plan and build in one line, beside what each split has; by card and manifest, too; exit code 0."""
    written(world, RECIPE.replace("validation: 0, test: 0", "validation: 0.001, test: 0.001"))
    said = "1 family cannot be split so: validation has nothing (0.1% asked), test has nothing (0.1% asked)"
    for command in ("plan", "build"):
        ended = strata("dataset", command)
        assert ended.code == 0
        assert ended.line("note: ").startswith(f"note: {said}; ")
    assert [*["train", "99.8%", "1"]] in [line.split()[:3] for line in strata("dataset", "plan").out.splitlines()]
    told = strata("dataset", "build", "--json").json["dataset"]["shares"]
    assert [(one["split"], one["asked"], one["families"]) for one in told["splits"]] == [
        ("train", 0.998, 1),
        ("validation", 0.001, 0),
        ("test", 0.001, 0),
    ]
    assert f"**{said}.**" in (world.folder / "dataset" / "README.md").read_text()


def test_a_stage_that_crashed_is_named(world: World, strata: Strata, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody could look for secrets no file goes in; that is told, with what went wrong, and not the policy."""
    written(world, RECIPE)

    def crashed(*_: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr("codestrata.analyze.privacy.stage.Privacy.run", crashed)
    ended = strata("dataset", "build")
    assert ended.code == 4
    said = ended.line("error: dataset.yaml: analyze.privacy failed: RuntimeError: out of luck")
    assert "the recipe leaves nothing of 12 files" in said
    assert "relax" not in said
    assert "strata retry, then the same command again" in said
    monkeypatch.undo()
    monkeypatch.chdir(world.folder)
    strata("retry")
    assert strata("dataset", "build").code == 0


def test_a_repository_without_files_is_named(world: World, make_repo: Callable, strata: Strata) -> None:
    """By plan, build, status and as JSON, with the reason; alone it makes no dataset unless that is forced."""
    world.repos["bare"] = make_repo("bare")
    world.repos["hollow"] = make_repo("hollow", {"a.py": "a = 1\n"})
    world.repos["hollow"].commit({"a.py": None})
    written(world, RECIPE)
    why = {"bare": "it has no commit", "hollow": "its newest commit has no file"}
    for command in ("plan", "build"):
        ended = strata("dataset", command)
        assert ended.code == 0
        assert ended.lines == [f"skipped: {name}: {reason}" for name, reason in why.items()]
        assert strata("dataset", command, "--json").json["skipped"] == why
    assert [row["reason"] for row in strata("status", "--json").json if row["repository"] in why] == [*why.values()]
    (world.folder / "repos.csv").write_text("url\nbare.git\n")
    ended = strata("dataset", "build", "-o", "none")
    assert ended.code == 4
    assert ended.line("error:", "no repository has a file to decide on; the first: bare: it has no commit")
    assert strata("dataset", "build", "-o", "none", "--force").code == 0


@pytest.mark.parametrize("columns", [80, 120])
def test_why_with_a_wide_licence(world: World, strata: Strata, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """It is shortened among the gates and whole below them; no line is longer than the terminal, no threshold alone."""
    world.repos["alpha"].commit({"wide.py": f"# SPDX-License-Identifier: {_WIDE}\n{code(90)}"})
    written(world, RECIPE)
    strata("dataset", "build")
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    lines = strata("dataset", "why", "alpha:wide.py").out.splitlines()
    assert max(map(len, lines)) <= columns
    (gate,) = (line for line in lines if line.startswith("✓  licence"))
    assert "…" in gate
    assert gate.endswith("permissive, public-domain")
    assert not [line for line in lines if line.strip() == "StarCoder2 §2.1"]
    first = next(i for i, line in enumerate(lines) if line.startswith("  expression"))
    told = " ".join(" ".join(lines[first : first + 3]).split())
    assert told.startswith(f"expression {_WIDE} class")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mixture: {languages: {Pyton: 1}}", "dataset.yaml:5:23: mixture.languages: there is no language 'Pyton'"),
        ("files: {languages: [Go, python]}", "there is no language 'python' (did you mean Python?)"),
        ("dedup: {languages: golang}", "there is no language 'golang' (did you mean Go?)"),
        ("quality: {skip: [quality.maxline]}", "did you mean quality.max_line?"),
        ("licences: {allow: [MITT]}", "did you mean MIT?"),
        ("split: {validation: 0.6, test: 0.6}", "are more than a whole"),
        ("mixture: {languages: {Python: -1}}", "export.mixture.languages.Python: -1.0 is less than nothing"),
        ("mixture: {languages: {Python: 0}}", "every weight is 0: nothing would be left"),
        ("tokens: {tokenizer: no.json}", "setting export.tokens.tokenizer: there is no file no.json"),
        ("opt_out_file: no.txt", "setting export.opt_out_file: there is no file no.txt"),
        ("select: langage = 'C'", 'Referenced column "langage" not found'),
    ],
)
def test_a_name_that_is_none_is_told_before_any_work(world: World, strata: Strata, line: str, said: str) -> None:
    """Languages, rules, licences, columns: exit code 2 with what was meant, and nothing was fetched."""
    text = RECIPE.replace("split: {validation: 0, test: 0}\n", "") if line.startswith("split") else RECIPE
    written(world, f"{text}{line}\n")
    for command in ("plan", "build"):
        ended = strata("dataset", command)
        assert ended.code == 2
        assert said in ended.line("error:")
    assert not (world.folder / "w" / "git").exists()
