"""One repository has one id, however its address is spelt; secrets are refused unseen."""

from __future__ import annotations

import pytest

from codestrata.discover.rejected import Rejected, Unfit
from codestrata.discover.urls import canonical_url, is_name

SAME = "https://github.com/owner/repo"


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/owner/repo",
        "https://github.com/Owner/Repo",
        "https://github.com/owner/repo.git",
        "https://github.com/owner/repo/",
        "https://github.com/owner/repo.git/",
        "HTTPS://GitHub.com:443/owner/repo",
        "https://www.github.com/owner/repo",
        "https://github.com/owner/repo#readme",
        "http://github.com/owner/repo",
        "git://github.com/owner/repo.git",
        "git+https://github.com/owner/repo",
        "ssh://git@github.com/owner/repo.git",
        "ssh://git@github.com:22/owner/repo.git",
        "git@github.com:owner/repo.git",
        "github.com/owner/repo",
        "https://github.com/%6fwner/repo",
    ],
)
def test_every_spelling_is_one_url(text: str) -> None:
    """Scheme, case, port, ``.git`` and slashes do not make another repository."""
    assert canonical_url(text)[0] == SAME


@pytest.mark.parametrize(
    ("text", "canonical", "name"),
    [
        ("https://git.example.org/Group/Sub/Repo.git", "https://git.example.org/Group/Sub/Repo", "Group/Sub/Repo"),
        ("https://git.example.org:8443/a/b", "https://git.example.org:8443/a/b", "a/b"),
        ("http://127.0.0.1:8080/a/b.git", "http://127.0.0.1:8080/a/b", "a/b"),
        ("https://[::1]:8443/a/b", "https://[::1]:8443/a/b", "a/b"),
        ("https://bücher.example/a/b", "https://xn--bcher-kva.example/a/b", "a/b"),
        ("https://example.org/ä/b", "https://example.org/%C3%A4/b", "ä/b"),
        ("https://gitlab.com/Group/Sub/Repo", "https://gitlab.com/group/sub/repo", "Group/Sub/Repo"),
    ],
)
def test_other_hosts_keep_their_case(text: str, canonical: str, name: str) -> None:
    """Only hosts known to ignore case are lowered; ports, IPv6 and names outside ASCII survive."""
    assert canonical_url(text) == (canonical, name)
    assert canonical_url(canonical)[0] == canonical


@pytest.mark.parametrize(
    "text",
    [
        "https://user:hunter2@github.com/owner/repo",
        "https://hunter2@github.com/owner/repo",
        "https://x-access-token:hunter2@example.org/owner/repo.git",
        "https://example.org/owner/repo?access_token=hunter2",
        "ssh://hunter2@example.org/owner/repo",
        "hunter2@example.org:owner/repo",
        "https://hunter2@example.org:port/owner/repo",
        "git:hunter2@github.com/owner/repo",
    ],
)
def test_a_secret_is_refused_and_never_repeated(text: str) -> None:
    """A URL with a user, a password or a query is refused, and its rejection does not hold it."""
    with pytest.raises(Unfit) as caught:
        canonical_url(text)
    line = str(Rejected.because(caught.value, "list.txt", 3, "", text))
    assert "hunter2" not in line
    assert line.startswith("list.txt:3: expected a Git URL")


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/owner",
        "https://github.com/",
        "https://github.com/owner/repo/tree/main",
        "https:///owner/repo",
        "https://example.org/a/../b",
        "https://example.org/a b/c",
        "https://example.org/a%0ab/c",
        "https://exa mple.org/a/b",
        "https://-upload-pack/a/b",
        "ext::sh -c id",
        "ext://example.org/a/b",
        "https://example.org:99999/a/b",
        "https://example.org/a\\b",
    ],
)
def test_what_is_no_repository_is_refused(text: str) -> None:
    """Missing names, climbing paths, odd characters and other transports are refused."""
    with pytest.raises(Unfit):
        canonical_url(text)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("owner/repo", True),
        ("o/r.x_y-z", True),
        ("owner", False),
        ("a/b/c", False),
        ("-o/r", False),
        ("o/..", False),
        ("o/.git", False),
        ("o/r r", False),
        ("", False),
    ],
)
def test_owner_and_repo(text: str, answer: bool) -> None:
    """``owner/repo`` has one slash and no character that a path or an option could use."""
    assert is_name(text) is answer
