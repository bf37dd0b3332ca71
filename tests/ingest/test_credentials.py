"""Tokens: for one host, from a secret or a file."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from codestrata.errors import InvalidInput
from codestrata.ingest.credentials import Credential, find
from codestrata.ingest.ssrf import Target, parse
from codestrata.settings.git import TOKENS

GITHUB = parse("https://github.com/owner/repo")


def header(user: str, password: str) -> str:
    """Give the header of basic authentication."""
    return "Authorization: Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def none(_: str) -> None:
    """Know no secret."""


@pytest.mark.parametrize(
    ("url", "user"),
    [
        ("https://github.com/o/r", "x-access-token"),
        ("https://gitlab.com/o/r", "oauth2"),
        ("https://bitbucket.org/o/r", "x-token-auth"),
    ],
)
def test_the_secret_of_the_host(url: str, user: str) -> None:
    """Each forge's token goes out in the form that forge takes."""
    found = find(parse(url), TOKENS, {name: f"{name}-value\n" for name in TOKENS.values()}.get)
    assert found is not None
    name = TOKENS[parse(url).host]
    assert found.header == header(user, f"{name}-value")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/o/r",
        "https://evil.github.com/o/r",
        "https://github.com.evil.org/o/r",
        "http://github.com/o/r",
    ],
)
def test_no_other_host_gets_it(url: str) -> None:
    """A token is for its host alone, and not for plain http."""
    assert find(parse(url), TOKENS, lambda _: "secret") is None


def test_a_port_of_its_own(tmp_path: Path) -> None:
    """A host with a port may be named with it, then http too."""
    target = parse("http://127.0.0.1:8080/x")
    assert find(target, {"127.0.0.1:8080": "T"}, lambda _: "secret") is not None
    assert find(target, {"127.0.0.1": "T"}, lambda _: "secret") is None


def test_without_a_secret_the_request_is_anonymous() -> None:
    """No secret, no header."""
    assert find(GITHUB, TOKENS, none) is None
    assert find(GITHUB, TOKENS, lambda _: "") is None


def test_the_credential_file(tmp_path: Path) -> None:
    """A file as git-credential-store writes it: the line of the same scheme, host and port counts."""
    file = tmp_path / "credentials"
    file.write_text(
        "# ours\n\nhttps://other:no@example.org\nhttps://me:p%40ss@GitHub.com\nhttps://port:no@github.com:8443\n",
        "utf-8",
    )
    found = find(GITHUB, {}, none, str(file))
    assert found is not None
    assert found.header == header("me", "p@ss")
    assert find(parse("https://gitlab.com/x/y"), {}, none, str(file)) is None


@pytest.mark.parametrize("text", ["https://github.com", "just-a-token", "https://user@github.com", "https://a:b@h:x"])
def test_a_malformed_credential_file_names_the_line_not_the_secret(tmp_path: Path, text: str) -> None:
    """A line that cannot be read is named by its number, never repeated."""
    file = tmp_path / "credentials"
    file.write_text(f"https://ok:fine@example.org\n{text}\n", "utf-8")
    with pytest.raises(InvalidInput, match="credentials, line 2") as caught:
        find(GITHUB, {}, none, str(file))
    assert text not in str(caught.value)


def test_a_missing_credential_file(tmp_path: Path) -> None:
    """A file that is not there is an error that names the setting."""
    with pytest.raises(InvalidInput, match=r"git\.credential_file"):
        find(GITHUB, {}, none, str(tmp_path / "none"))


def test_a_line_break_cannot_smuggle_a_header() -> None:
    """A token with a line break is refused."""
    with pytest.raises(InvalidInput, match="line break"):
        Credential.basic("user", "a\r\nX-Evil: 1")


def test_a_credential_does_not_show_itself() -> None:
    """Neither the token nor its encoded form is in a credential's text."""
    text = repr(Credential.basic("user", "hunter2"))
    assert "hunter2" not in text
    assert base64.b64encode(b"user:hunter2").decode() not in text


def test_a_target_has_one_base() -> None:
    """The place a header belongs to is scheme, host and port."""
    assert Target("u", "https", "h", 443, "/x").base == "https://h:443/"
