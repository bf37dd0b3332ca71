"""Recipe repo reads outlines of files, and the same rows come of all that analyze.syntax knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
from tests.acceptance.conftest import code
from tests.conftest import RepoBuilder
from tests.export.shape.building import MIT

from codestrata import Workspace
from codestrata.settings import load

FILES = {
    "LICENSE": MIT,
    "a/base.py": code(1),
    "a/uses.py": f"from a import base\n\n\n{code(2)}",
    "long.py": "from a import uses\n" + "".join(f"\n\n{code(i)}" for i in range(3, 9)),
    "main.go": 'package main\n\nimport "fmt"\n\n// Main says it.\nfunc main() { fmt.Println(1) }\n',
}


def _run(folder: Path, out: str, **flags: object) -> dict[str, int]:
    """Run over the list; gives what was done, stage by stage."""
    settings = {"engine.inline": True, "export.recipe": "repo", "export.repo.context": 900, **flags}
    with Workspace(folder / str(flags.pop("w", "w")), load(flags=settings)) as held:
        report = held.run(folder / "repos.csv", folder / out)
        return {stage.stage: stage.done for stage in report.stages}


def _rows(folder: Path) -> list[tuple[object, ...]]:
    return duckdb.sql(f"select * from '{folder}/data/*.parquet' order by source, part").fetchall()


def test_the_outline_is_enough(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Without a level no syntax is read; with one, rows are the same; once syntax is known nothing is outlined."""
    repo = make_repo("one", FILES)
    (tmp_path / "repos.csv").write_text(f"url\n{repo.path}\n")
    done = _run(tmp_path, "outlined")
    assert (done["analyze.outline"], done["analyze.syntax"]) == (1, 0)
    done = _run(tmp_path, "parsed", **{"analyze.levels": ("L5",)})
    assert (done["analyze.outline"], done["analyze.syntax"]) == (0, 1)
    done = _run(tmp_path, "again")
    assert (done["analyze.outline"], done["analyze.syntax"]) == (0, 0)
    rows = _rows(tmp_path / "outlined")
    assert len(rows) > 3
    assert rows == _rows(tmp_path / "parsed") == _rows(tmp_path / "again")


def test_only_what_is_new_is_outlined(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """A second run over the same commit outlines nothing; a commit costs what it changes."""
    repo = make_repo("one", FILES)
    (tmp_path / "repos.csv").write_text(f"url\n{repo.path}\n")
    assert _run(tmp_path, "first")["analyze.outline"] == 1
    assert _run(tmp_path, "first")["analyze.outline"] == 0
    repo.commit({"new.py": f"import long\n\n\n{code(11)}"})
    assert _run(tmp_path, "second")["analyze.outline"] == 1
    with Workspace(tmp_path / "w", load(flags={"engine.inline": True})) as held, held.reader() as catalogue:
        blobs = sum(file.rows for file in catalogue.files("outlined", stage="analyze.outline"))
    assert blobs == 5
