"""A token reaches its server, and nothing else: no argument, URL, file or message has it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import RepoBuilder
from tests.ingest.conftest import Bench, remote
from tests.ingest.git_server import GitServer, Reply

from codestrata.errors import RepositoryMissing, SecurityViolation, StrataError

TOKEN = "ghx_0123456789abcdefSECRET"
ENCODED = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
HEADER = f"Basic {ENCODED}"


@pytest.fixture
def guarded(server: GitServer, make_repo: Callable[..., RepoBuilder]) -> RepoBuilder:
    """Serve ``/private.git`` to bearers of the token only."""
    server.auth["/private.git"] = HEADER
    return make_repo("private", {"a.py": "print()\n"})


@pytest.fixture
def fetch(server: GitServer, bench: Bench) -> Callable[..., object]:
    """Fetch ``/private.git`` with the token in the secret TOKEN."""

    def run(**flags: object) -> object:
        settings = {"git__allow_private_hosts": server.place, "git__token_secrets": {server.place: "TOKEN"}}
        return bench.run(remote(server.url("private.git")), **(settings | flags))

    return run


def contents(folder: Path) -> bytes:
    """Give everything under a folder: names, links and bytes."""
    parts = []
    for path in sorted(folder.rglob("*")):
        parts.append(str(path).encode())
        parts.append(path.read_bytes() if path.is_file() and not path.is_symlink() else b"")
    return b"\n".join(parts)


def command_lines() -> str:
    """Give the arguments of every process of this machine."""
    seen = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            seen.append(path.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(seen)


@pytest.mark.parametrize("strategy", ["shallow", "blobless"])
def test_the_token_gets_there_and_nowhere_else(guarded, server, bench, fetch, strategy: str) -> None:
    """Every request carries it; while git runs no command line shows it; afterwards no file has it."""
    lines: list[str] = []
    server.watch = lambda: lines.append(command_lines())
    bench.secrets["TOKEN"] = TOKEN
    outcome = fetch(ingest__strategy=strategy, ingest__refresh="1")
    guarded.commit({"b.py": "2"})
    fetch(ingest__strategy=strategy, ingest__refresh="2")
    assert outcome.snapshots[0].commit == guarded.commits[0]
    assert {one.headers.get("Authorization") for one in server.requests} == {HEADER}
    seen = "\n".join(lines)
    assert "git-upload-pack" in seen or "remote-http" in seen
    everything = seen + contents(bench.workspace).decode("latin-1") + repr(outcome)
    assert TOKEN not in everything
    assert ENCODED not in everything


def test_a_credential_file_serves_as_well(guarded, server, bench, fetch, tmp_path) -> None:
    """The token may come from a file; it is not copied anywhere."""
    file = tmp_path / "credentials"
    file.write_text(f"http://x-access-token:{TOKEN}@{server.place}\n")
    fetch(git__credential_file=str(file), git__token_secrets={})
    assert TOKEN not in contents(bench.workspace).decode("latin-1")


@pytest.mark.parametrize(("token", "hint"), [(None, "give a token"), ("wrong", "what the token may read")])
def test_without_the_right_token_it_is_missing(guarded, server, bench, fetch, token: str | None, hint: str) -> None:
    """A private repository without the right token is missing, once, with a hint; nobody is asked for a password."""
    if token:
        bench.secrets["TOKEN"] = token
    with pytest.raises(RepositoryMissing, match=hint):
        fetch()


@pytest.mark.parametrize("status", [404, 429, 500, 301])
def test_no_message_repeats_the_token(guarded, server, bench, fetch, status: int) -> None:
    """Whatever goes wrong, the error says nothing of the token."""
    bench.secrets["TOKEN"] = TOKEN
    server.always["/private.git"] = Reply(status, {"Location": f"http://x:{TOKEN}@10.0.0.1/info/refs"})
    with pytest.raises(StrataError) as caught:
        fetch()
    text = str(caught.value) + repr(caught.value) + str(caught.value.__dict__)
    assert TOKEN not in text
    assert ENCODED not in text


def test_a_redirect_does_not_take_the_token_along(guarded, server, bench, fetch, tmp_path) -> None:
    """The token is for its host: where a redirect leads to another, it stays behind."""
    bench.secrets["TOKEN"] = TOKEN
    with GitServer(tmp_path) as other:
        server.always["/private.git"] = Reply(
            301, {"Location": other.url("private.git") + "/info/refs?service=git-upload-pack"}
        )
        both = f"{server.place},{other.place}"
        assert fetch(git__allow_private_hosts=both).snapshots[0].commit == guarded.commits[0]
        assert other.requests
        assert {one.headers.get("Authorization") for one in other.requests} == {None}


def test_a_token_in_the_url_is_refused(server, bench) -> None:
    """A URL with a user or a token in it is refused without being repeated."""
    url = server.url("private.git").replace("http://", f"http://x:{TOKEN}@")
    with pytest.raises(SecurityViolation) as caught:
        bench.run(remote(url), git__allow_private_hosts=server.place)
    assert TOKEN not in str(caught.value)
