"""From git's words to an error: what is said by git decides, what a server makes it say does not."""

from __future__ import annotations

import pytest

from codestrata.errors import (
    CloneFailed,
    DamagedRepository,
    ErrorClass,
    LimitExceeded,
    RateLimitExceeded,
    RepositoryMissing,
    SecurityViolation,
    StorageError,
    StrataError,
)
from codestrata.git.command import GitFailed, run_git
from codestrata.ingest.failures import explain, fsck_id, http_status

URL = "https://example.org/owner/repo"


def said(text: str) -> GitFailed:
    """Give a failed git with these messages."""
    return GitFailed(text.strip().splitlines()[-1], returncode=128, stderr=text)


ACCESS = "fatal: unable to access 'https://example.org/owner/repo/': "


@pytest.mark.parametrize(
    ("text", "kind", "error_class"),
    [
        ("remote: Repository not found.\nfatal: repository 'https://x/' not found", RepositoryMissing, ErrorClass.CODE),
        ("fatal: could not read Username for 'https://x': No such device", RepositoryMissing, ErrorClass.CODE),
        ("fatal: Authentication failed for 'https://x/'", RepositoryMissing, ErrorClass.CODE),
        (ACCESS + "The requested URL returned error: 403", RepositoryMissing, ErrorClass.CODE),
        (ACCESS + "The requested URL returned error: 451", RepositoryMissing, ErrorClass.CODE),
        ("fatal: dumb http transport does not support shallow capabilities", RepositoryMissing, ErrorClass.CODE),
        (ACCESS + "The requested URL returned error: 429", RateLimitExceeded, ErrorClass.RATE_LIMITED),
        (ACCESS + "The requested URL returned error: 502", CloneFailed, ErrorClass.INFRA),
        (ACCESS + "Could not resolve host: example.org", CloneFailed, ErrorClass.INFRA),
        (ACCESS + "SSL certificate problem: self-signed certificate", CloneFailed, ErrorClass.INFRA),
        (ACCESS + "Operation too slow. Less than 1000 bytes/sec transferred", CloneFailed, ErrorClass.INFRA),
        (
            "fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF",
            CloneFailed,
            ErrorClass.INFRA,
        ),
        ("error: inflate: data stream error (incorrect header check)\nfatal: x", DamagedRepository, ErrorClass.CODE),
        ("fatal: pack has bad object at offset 12: inflate returned -3", DamagedRepository, ErrorClass.CODE),
        ("fatal: remote did not send all necessary objects", DamagedRepository, ErrorClass.CODE),
        (
            "error: object 1234: hasDotdot: contains '..'\nfatal: fsck error in packed object",
            SecurityViolation,
            ErrorClass.POLICY,
        ),
        ("fatal: fetch-pack: invalid index-pack output", LimitExceeded, ErrorClass.POLICY),
        ("fatal: something nobody has heard of", CloneFailed, ErrorClass.INFRA),
    ],
)
def test_each_message_has_its_error(text: str, kind: type[StrataError], error_class: ErrorClass) -> None:
    """The class of error, and with it whether it is tried again, follows from what git said."""
    error = explain(said(text), URL)
    assert type(error) is kind
    assert error.error_class is error_class
    assert error.where == URL


def test_retry_after_makes_it_a_matter_of_patience() -> None:
    """403 and 503 with Retry-After ask for patience; without, they do not."""
    for status in (403, 503):
        error = explain(said(f"{ACCESS}The requested URL returned error: {status}"), URL, retry_after=12)
        assert isinstance(error, RateLimitExceeded)
        assert error.retry_after == 12


@pytest.mark.parametrize(
    "text",
    [
        "remote: error: object 12: hasDotgit: x\nfatal: boom",
        "fatal: remote error: error: object 12: hasDotgit: x",
        "remote: The requested URL returned error: 301\nfatal: boom",
        "remote: fatal: No space left on device\nfatal: boom",
    ],
)
def test_a_server_cannot_put_words_into_gits_mouth(text: str) -> None:
    """What comes over the sideband, or as the server's own error, decides nothing."""
    error = said(text)
    assert fsck_id(error) == ""
    assert http_status(error) == 0
    assert type(explain(error, URL)) is CloneFailed


@pytest.mark.parametrize(("line", "kind"), [("fatal: write error: No space left on device", StorageError),
                                            ("remote: No space left on device", GitFailed)])  # fmt: skip
def test_a_full_disk_is_ours_alone(line: str, kind: type[StrataError]) -> None:
    """A full disk stops the run, so only git itself may report one."""
    with pytest.raises(kind):
        run_git(["spy"], config=[("alias.spy", f"!echo '{line}' >&2; echo fatal: fetch-pack >&2; exit 1")])
