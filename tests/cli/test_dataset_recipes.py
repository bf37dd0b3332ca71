"""strata dataset init, plan, build: from a recipe to a dataset."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.conftest import World, digests
from tests.cli.calling import Strata

#: Names of the world's repositories hash into any split: here all rows are for training.
RECIPE = """\
name: small
version: 2
sources: [repos.csv]
split: {validation: 0, test: 0}
"""


def written(world: World, text: str, name: str = "dataset.yaml") -> Path:
    """Write the world's list, and a recipe beside it."""
    assert world.list
    file = world.folder / name
    file.write_text(text)
    return file


@pytest.mark.parametrize("kind", ["pretrain", "repo", "fim", "instruct", "commits", "patterns", "verified"])
def test_init_writes_what_plan_reads(world: World, strata: Strata, kind: str) -> None:
    """The recipe of every kind is short, names the source of each figure, and is sound as it is written."""
    from codestrata.settings import Settings
    from codestrata.workspace.dataset.recipe import read_recipe

    assert world.list
    ended = strata("dataset", "init", "--recipe", kind)
    assert ended.code == 0
    file = world.folder / "dataset.yaml"
    lines = file.read_text().splitlines()
    assert len(lines) <= 32
    figures = [line for line in lines if any(c.isdigit() for c in line.partition("#")[0]) and "version" not in line]
    assert figures
    assert all("# " in line for line in figures)
    recipe = read_recipe(file)
    assert (recipe.kind, recipe.sources) == (kind, ("repos.csv",))
    assert recipe.settings(Settings(), {}).export.recipe == kind


def test_init_overwrites_nothing(world: World, strata: Strata) -> None:
    """A recipe that is there stays as it is."""
    file = written(world, "name: mine\n")
    ended = strata("dataset", "init")
    assert ended.code == 2
    assert ended.line("error: dataset.yaml", "is there already")
    assert file.read_text() == "name: mine\n"


@pytest.mark.parametrize("kind", ["commits", "verified"])
def test_init_names_a_source_that_has_what_is_needed(
    make_repo: Callable, tmp_path: Path, strata: Strata, kind: str
) -> None:
    """Packages have no history: without a list it is the repository here, or the error says what to name."""
    ended = strata("dataset", "init", "--recipe", kind)
    assert ended.code == 2
    ended.line(f"error: recipe {kind}", "history", "--source")
    make_repo("one", {"a.py": "A = 1\n"}).path.rename(tmp_path / ".git")
    assert strata("dataset", "init", "--recipe", kind).code == 0
    assert "sources: [.]" in (tmp_path / "dataset.yaml").read_text().replace('"', "")


def test_a_recipe_is_no_file(strata: Strata, tmp_path: Path) -> None:
    """The name of a recipe where a file is meant is told, with the option that takes it."""
    ended = strata("dataset", "init", "commits")
    assert ended.code == 2
    ended.line("error: commits", "--recipe commits")
    assert not (tmp_path / "commits").exists()


def test_plan_counts_and_build_makes_it(world: World, strata: Strata) -> None:
    """Plan writes no dataset and counts what build keeps; built again there is nothing to do."""
    written(world, RECIPE)
    planned = strata("dataset", "plan", "--json").json
    assert not (world.folder / "dataset").exists()
    assert (
        sum(gate["dropped"]["files"] for gate in planned["gates"]) + planned["kept"]["files"]
        == (planned["total"]["files"])
    )
    assert planned["gates"][-1]["left"] == planned["kept"]
    built = strata("dataset", "build", "--json").json
    assert built["fresh"] is True
    assert built["dataset"]["rows"] == planned["kept"]["files"] == 3
    assert built["dataset"]["dropped"] == {gate["reason"]: gate["dropped"]["files"] for gate in planned["gates"]}
    assert (world.folder / "dataset" / "README.md").read_text().count("\n# small 2\n") == 1
    before = digests(world.folder / "dataset")
    again = strata("dataset", "build")
    assert again.out == "nothing to do: dataset is what the recipe gives (3 rows, 7.4 kB)\n"
    assert digests(world.folder / "dataset") == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("qualty: {max_line: 80}", "dataset.yaml:5:1: unknown setting qualty (did you mean quality?)"),
        ("quality: {max_lin: 80}", "dataset.yaml:5:11: unknown setting quality.max_lin (did you mean quality.max_line"),
        ("mean_line: 80", "dataset.yaml:5:1: unknown setting mean_line (did you mean quality.mean_line?)"),
        ("quality: {max_line: wide}", "5:21: quality.max_line: Expected int, got 'wide' (for example 1000)"),
        ("quality: 80", "dataset.yaml:5:10: quality is a section of settings, not a whole number"),
        ("recipe: pretrian", "dataset.yaml:5:9: there is no recipe 'pretrian' (did you mean pretrain?)"),
        ("dedup: {level: nearly}", "Expected 'none' or 'exact'"),
        ("quality: {max_line: 80", "this is no YAML"),
        ("name: twice", 'dataset.yaml:5:1: the key "name" is here twice (first in line 1)'),
    ],
)
def test_a_mistake_in_a_recipe(world: World, strata: Strata, line: str, said: str) -> None:
    """It is told with file, line, column, what is wrong and what was meant; exit code 2."""
    written(world, f"{RECIPE}{line}\n")
    ended = strata("dataset", "plan")
    assert ended.code == 2
    assert said in ended.line("error:")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../../x", "it has '.' first"),
        ("a/b", "it has '/' in it"),
        ("'a\\b'", "in it"),
        (r'"two\nlines"', r"it has '\n' in it"),
        (".hidden", "it has '.' first"),
        ("'-rf'", "it has '-' first"),
        ("'ends '", "it has ' ' last"),
        ("ä" * 60, "it is longer than 100 bytes"),
        ("''", "a name is at least one letter"),
    ],
)
def test_a_name_is_a_safe_name_of_a_file(world: World, strata: Strata, name: str, why: str) -> None:
    """Whatever would lead elsewhere, or is no name of a file anywhere, is refused with its place; exit code 2."""
    written(world, RECIPE.replace("name: small", f"name: {name}"))
    ended = strata("dataset", "plan")
    assert ended.code == 2
    assert why in ended.line("error: dataset.yaml:1:7: name: ", "cannot be the name of a file")


def test_a_name_in_a_flag_is_a_safe_name_too(world: World, strata: Strata) -> None:
    """Of the recipe or not; letters of any script, blanks and brackets are no trouble."""
    written(world, RECIPE.replace("name: small", "name: Größe (2)"))
    assert strata("dataset", "build").code == 0
    ended = strata("run", "repos.csv", "-o", "out", settings={"export.write.name": "../x"})
    assert ended.code == 2
    assert ended.line("error: setting export.write.name: '../x' cannot be the name of a file")


def test_all_mistakes_at_once(world: World, strata: Strata) -> None:
    """Who made two mistakes is told of both."""
    written(world, "qualty: {}\nfilez: {}\n")
    told = strata("dataset", "plan").line("error:")
    assert "qualty" in told
    assert "did you mean files?" in told
    assert "no sources" in told


def test_a_recipe_that_is_none(world: World, strata: Strata) -> None:
    """An empty file, a folder: the hint is about recipes."""
    (written(world, "").parent / "folder.yaml").mkdir()
    assert strata("dataset", "plan").line("error: dataset.yaml:1:1: the file is empty", "strata dataset init")
    assert strata("dataset", "plan", "folder.yaml").line("error: folder.yaml: a folder, not a recipe")


def test_a_dataset_has_no_place_in_the_workspace(world: World, strata: Strata) -> None:
    """It is refused before any work, by whatever way the path gets there."""
    file = written(world, RECIPE)
    ended = strata("dataset", "build", "--out", world.folder / "w" / "tables" / ".." / "d")
    assert ended.code == 2
    assert ended.line("lies in the workspace", "name a folder beside it")
    assert not (world.folder / "w" / "d").exists()
    assert strata("dataset", "build", "--out", file / "d").line("Not a directory", "name a folder that can be written")


def test_a_recipe_says_it_all(world: World, strata: Strata) -> None:
    """What a settings file says of export does not reach a recipe's dataset; flags do."""
    written(world, RECIPE)
    (world.folder / "strata.toml").write_text('[export.files]\nlanguages = ["C"]\n')
    assert strata("dataset", "plan", "--json").json["kept"]["files"] == 3
    assert strata("dataset", "plan", "--json", settings={"export.dedup.level": "exact"}).json["kept"]["files"] == 4


def test_nothing_is_left(world: World, strata: Strata) -> None:
    """A recipe that removes everything is told with the gate that took most, and what to relax; --force writes it."""
    written(world, f"{RECIPE}files: {{languages: [Rust]}}\n")
    ended = strata("dataset", "build")
    assert ended.code == 4
    told = ended.line("error: dataset.yaml: the recipe leaves nothing of")
    assert "by language" in told
    assert "relax files.languages" in told
    assert not (world.folder / "dataset").exists()
    assert strata("dataset", "build", "--force", "--json").json["dataset"]["rows"] == 0


def test_what_more_can_be_let_through_is_known() -> None:
    """Every reason has what to relax, and every setting that is named exists."""
    from codestrata.export.decide.reasons import REASONS
    from codestrata.settings.export import ExportSettings
    from codestrata.workspace.dataset.relax import RELAX, relaxed

    assert {r.name for r in REASONS if not r.name.startswith("quality.")} == set(RELAX)
    for reason in REASONS:
        first = relaxed(reason.name).partition(".")[0].partition(":")[0].partition(",")[0]
        assert not first or first in ExportSettings.__struct_fields__ or first.startswith("strata ")
