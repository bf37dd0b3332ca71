"""discover over lists, folders and single origins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codestrata.discover.stage import Rejected, discover
from codestrata.errors import InvalidInput
from codestrata.model import OriginKind, Repository


def test_a_list(tmp_path: Path, make_repo: Callable[..., object]) -> None:
    """One origin per line; comments and blank lines are nothing; a bad line is told with its number."""
    make_repo("local", {"a": "b"})
    path = tmp_path / "names.txt"
    lines = [
        "\ufeff# repositories",
        "owner/repo  # the first",
        "",
        "https://example.org/a/b#fragment",
        "pkg:npm/@scope/name@1.0.0",
        "./local.git",
        "what is this",
        "https://u:secret@example.org/x/y",
        "OWNER/repo.git",
    ]
    path.write_text("\r\n".join(lines), "utf-8")
    items = list(discover(path))
    found = [i for i in items if isinstance(i, Repository)]
    bad = [i for i in items if isinstance(i, Rejected)]
    assert [r.full_name for r in found] == ["owner/repo", "a/b", "npm/@scope/name", "local"]
    assert [r.line for r in bad] == [7, 8]
    assert "'what is this': expected owner/repo" in str(bad[0])
    assert "secret" not in str(bad[1]).replace("secrets", "")
    assert found[0].row["also"] == ["names.txt:9"]


def test_a_folder_of_repositories(tmp_path: Path, make_repo: Callable[..., object]) -> None:
    """Bare and working repositories and archives below it, by path; hidden folders and plain files are not."""
    make_repo("z/bare", {"a": "b"})
    (tmp_path / "a" / "work" / ".git").mkdir(parents=True)
    (tmp_path / "a" / "work" / "inner" / ".git").mkdir(parents=True)
    (tmp_path / ".hidden" / ".git").mkdir(parents=True)
    (tmp_path / "b-1.0.tar.gz").touch()
    (tmp_path / "readme.txt").touch()
    found = list(discover(tmp_path))
    assert [r.full_name for r in found if isinstance(r, Repository)] == ["work", "b-1.0", "bare"]


def test_a_single_origin(tmp_path: Path, make_repo: Callable[..., object]) -> None:
    """A name, a purl, a repository or an archive can be the source itself."""
    make_repo("one", {"a": "b"})
    (tmp_path / "x.zip").touch()
    kinds = {
        "owner/repo": OriginKind.GIT,
        "pkg:pypi/x@1": OriginKind.PACKAGE,
        str(tmp_path / "one.git"): OriginKind.LOCAL,
        str(tmp_path / "x.zip"): OriginKind.ARCHIVE,
    }
    for source, kind in kinds.items():
        (repository,) = discover(source)
        assert isinstance(repository, Repository)
        assert repository.origin.kind == kind


@pytest.mark.parametrize(
    "source", ["examples/no-such.csv", "nonsense", "https://u:hunter2@example.org/a/b", "lists/x.txt"]
)
def test_a_source_that_is_nothing(source: str) -> None:
    """It is refused in one line, which repeats no secret."""
    with pytest.raises(InvalidInput) as caught:
        list(discover(source))
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_folder(tmp_path: Path) -> None:
    """A folder without a repository is refused by name."""
    with pytest.raises(InvalidInput, match="no Git repository"):
        list(discover(tmp_path))


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    """A path that no text column could hold is rejected, not crashed upon."""
    bad = tmp_path / "caf\udce9"
    (bad / ".git").mkdir(parents=True)
    (item,) = discover(tmp_path)
    assert isinstance(item, Rejected)
    assert "UTF-8" in str(item)
