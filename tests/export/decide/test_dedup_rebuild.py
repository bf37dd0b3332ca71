"""Deciding in a real workspace: increments, settings, and what is done again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from codestrata import Workspace
from codestrata.engine.view import RunView
from codestrata.settings import load
from codestrata.store.catalogue import Catalogue
from codestrata.store.columns import Varlen
from codestrata.store.tables import Tables

from .conftest import edited, prose

_MIT = "Licensed under the MIT License.\nSPDX-License-Identifier: MIT\n"


def _listed(folder: Path, repos: list[Any]) -> Path:
    file = folder / "repos.csv"
    file.write_text("url,stars\n" + "".join(f"{r.path},{k}\n" for k, r in enumerate(repos)))
    return file


def _work(folder: Path, source: Path, **settings: Any) -> RunView:
    """Take a list through the pipeline; gives the view of the run."""
    flags = {"engine.inline": True, "export.licences.unknown": "keep"} | settings
    with Workspace(folder, load(flags=flags)) as workspace:
        run = workspace.run(source, folder.with_name(f"{folder.name}-dataset")).run
    catalogue = workspace.reader()
    _OPEN.append(catalogue)
    return RunView(catalogue, workspace.layout, workspace.settings, run)


_OPEN: list[Catalogue] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close what views read: left to the collector, files would vanish in the middle of other tests."""
    yield
    while _OPEN:
        _OPEN.pop().close()


def _decisions(view: RunView) -> Any:
    (file,) = view.planned("export.decide", "decisions")
    return file


def _reasons(view: RunView) -> dict[str, str]:
    table = Tables(view.tables.root).read([_decisions(view)], "path, reason")
    path, reason = table["path"], table["reason"]
    assert isinstance(path, Varlen)
    assert isinstance(reason, Varlen)
    return {p.decode(): r for p, r in zip(path, reason.strings(), strict=True)}


@pytest.fixture
def repos(make_repo: Callable[..., Any]) -> list[Any]:
    """Give two repositories with an exact and a near duplicate between them."""
    one = make_repo("one", {"a.py": prose(1), "b.py": prose(2), "LICENSE": _MIT})
    two = make_repo("two", {"c.py": edited(prose(1), 1), "d.py": prose(2), "e.py": prose(3), "LICENSE": _MIT})
    return [one, two]


def test_a_rebuild_after_new_commits_equals_a_full_build(tmp_path: Path, repos: list[Any]) -> None:
    """Run, commit, add a repository, run again: table decisions has the bytes of one run over all of it."""
    first = _work(tmp_path / "step", _listed(tmp_path, repos[:1]))
    assert set(_reasons(first).values()) <= {"", "quality.text_name"}
    before = _work(tmp_path / "step", _listed(tmp_path, repos))
    assert _reasons(before)["a.py"] == "near_duplicate"
    repos[0].commit({"a.py": prose(7), "f.py": edited(prose(3), 2)})
    after = _work(tmp_path / "step", _listed(tmp_path, repos))
    full = _work(tmp_path / "full", _listed(tmp_path, repos))
    assert _reasons(after)["a.py"] == ""
    assert _reasons(after)["f.py"] == "near_duplicate"
    assert _decisions(after).sha256 == _decisions(full).sha256
    assert _decisions(after).sha256 != _decisions(before).sha256


def test_another_threshold_decides_again_and_analyses_nothing(tmp_path: Path, repos: list[Any]) -> None:
    """Changing a setting of export gives new decisions from the same facts, and going back does nothing at all."""
    source = _listed(tmp_path, repos)
    loose = _work(tmp_path / "ws", source)
    facts = loose.files("facts")
    strict = _work(tmp_path / "ws", source, **{"export.dedup.threshold": 0.99})
    assert _reasons(loose)["a.py"] == "near_duplicate"
    assert _reasons(strict)["a.py"] == ""
    assert strict.files("facts") == facts
    again = _work(tmp_path / "ws", source)
    assert _decisions(again) == _decisions(loose)
