"""What a text names: packages, forges, paths, archives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import git

from codestrata.discover.origins import named
from codestrata.discover.rejected import Unfit
from codestrata.discover.stage import discover
from codestrata.model import OriginKind, Repository

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "kind", "locator", "name", "ref"),
    [
        ("pkg:pypi/Foo.Bar_baz@1.0", "package", "pkg:pypi/foo-bar-baz@1.0", "pypi/foo-bar-baz", ""),
        ("pkg:PyPI/foo", "package", "pkg:pypi/foo", "pypi/foo", ""),
        ("pkg:npm/@scope/name@2.0.0", "package", "pkg:npm/%40scope/name@2.0.0", "npm/@scope/name", ""),
        ("pkg:npm/%40scope/name@2.0.0", "package", "pkg:npm/%40scope/name@2.0.0", "npm/@scope/name", ""),
        ("pkg:cargo/serde_json@1.0.1", "package", "pkg:cargo/serde_json@1.0.1", "cargo/serde_json", ""),
        (f"pkg:github/Owner/Repo@{COMMIT}", "git", "https://github.com/owner/repo", "owner/repo", COMMIT),
        ("pkg:gitlab/a/b/c", "git", "https://gitlab.com/a/b/c", "a/b/c", ""),
        ("pkg:bitbucket/a/b@v1.0", "git", "https://bitbucket.org/a/b", "a/b", "v1.0"),
        ("Owner/Repo", "git", "https://github.com/owner/repo", "Owner/Repo", ""),
        ("https://example.org/A/B.git", "git", "https://example.org/A/B", "A/B", ""),
    ],
)
def test_purls_and_names(tmp_path: Path, text: str, kind: str, locator: str, name: str, ref: str) -> None:
    """Each form has one canonical locator; a forge's purl is its Git repository with the pin kept."""
    got = named(text, tmp_path)
    assert (got.origin.kind, got.origin.locator, got.full_name, got.ref) == (kind, locator, name, ref)


def test_the_address_keeps_the_case_people_wrote(tmp_path: Path) -> None:
    """The id ignores case on GitHub, what people see does not."""
    assert named("Owner/Repo", tmp_path).url == "https://github.com/Owner/Repo"
    assert named("https://github.com/Owner/Repo.git", tmp_path).url == "https://github.com/Owner/Repo"
    assert named("https://example.org/ä/b", tmp_path).url == "https://example.org/%C3%A4/b"


@pytest.mark.parametrize(
    "text",
    [
        "pkg:pypi/",
        "pkg:golang/example.org/x",
        "pkg:pypi/a/b@1",
        "pkg:pypi/--index-url@1",
        "pkg:pypi/x@--help",
        "pkg:npm/scope/name@1.0.0",
        "pkg:npm/@a/b/c@1.0.0",
        "pkg:npm/x@file:..",
        "pkg:npm/x@^1.0",
        "pkg:npm/x@npm:y",
        "pkg:pypi/x@1.0?download_url=https://example.org/x.zip",
        "pkg:cargo/x@1.0#sub/folder",
        "pkg:github/owner/repo@--upload-pack",
        "pkg:github/owner",
        "flask",
        "",
        " owner/repo",
        "file://elsewhere/path",
    ],
)
def test_what_names_nothing_is_refused(tmp_path: Path, text: str) -> None:
    """Unknown types, ranges, options, other places: refused before any client sees them."""
    with pytest.raises(Unfit):
        named(text, tmp_path)


def test_paths_start_at_the_base(tmp_path: Path, make_repo: Callable[..., object]) -> None:
    """A relative path, an absolute one, a file: URL and one with ``..`` are the same bare repository."""
    make_repo("one", {"a": "b"})
    (tmp_path / "lists").mkdir()
    spellings = ["../one.git", str(tmp_path / "one.git"), f"file://{tmp_path}/one.git", "../lists/../one.git/"]
    origins = {named(text, tmp_path / "lists").origin for text in spellings}
    assert [(o.kind, o.locator) for o in origins] == [(OriginKind.LOCAL, str(tmp_path / "one.git"))]
    assert named("./one.git", tmp_path).full_name == "one"


def test_a_working_repository_is_its_folder(tmp_path: Path) -> None:
    """``work``, ``work/`` and ``work/.git`` are one origin, the folder; a link to it is no other."""
    (tmp_path / "work" / ".git").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "work")
    for text in ("./work", "./work/", "./work/.git", "./link"):
        assert named(text, tmp_path).origin.locator == str(tmp_path / "work")


def test_archives_are_known_by_their_ending(tmp_path: Path) -> None:
    """An archive's name is the file's, less its ending; other files are refused with the endings."""
    (tmp_path / "tool-1.0.TAR.gz").touch()
    (tmp_path / "notes.md").touch()
    got = named("./tool-1.0.TAR.gz", tmp_path)
    assert (got.origin.kind, got.full_name) == (OriginKind.ARCHIVE, "tool-1.0")
    with pytest.raises(Unfit) as caught:
        named("./notes.md", tmp_path)
    assert ".crate" in caught.value.hint
    with pytest.raises(Unfit):
        named("./nowhere", tmp_path)
    with pytest.raises(Unfit):
        named(".", tmp_path)


def test_the_git_of_a_work_tree_is_that_repository(tmp_path: Path) -> None:
    """``.git`` may be given as a path: a folder, the file of a linked work tree, on a list or alone."""
    git(tmp_path, "init", "-q", "work")
    commit = ("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "x")
    git(tmp_path / "work", *commit)
    git(tmp_path / "work", "worktree", "add", "-q", "../linked")
    for name in ("work", "linked"):
        assert named(f"./{name}/.git", tmp_path).origin.locator == str(tmp_path / name)
        (found,) = discover(tmp_path / name / ".git")
        assert isinstance(found, Repository)
        assert (found.origin.locator, found.full_name) == (str(tmp_path / name), name)
    with pytest.raises(Unfit):
        named("./work/.git/config", tmp_path)
