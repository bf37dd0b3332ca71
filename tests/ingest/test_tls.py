"""Encrypted connections, private certificates, and proxies."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ingest.conftest import Bench, paths, remote
from tests.ingest.git_server import GitServer, Reply

from codestrata.errors import CloneFailed, RateLimitExceeded
from codestrata.ingest import ssrf


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for git.example.org that no one knows, with its key in the same file."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine")
    folder = tmp_path / "tls"
    folder.mkdir()
    subject = ["-subj", "/CN=git.example.org", "-addext", "subjectAltName=DNS:git.example.org"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", *key, "-days", "2", *subject], cwd=folder, check=True, capture_output=True
    )
    return folder / "cert.pem"


@pytest.fixture
def secure(tmp_path: Path, certificate: Path) -> Iterator[GitServer]:
    """Serve over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    with GitServer(tmp_path, context) as running:
        yield running


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    """Let git.example.org be this machine, for us alone: git must take our word for the address."""
    ask = socket.getaddrinfo

    def answer(host: str, *rest: object, **options: object) -> object:
        return ask("127.0.0.1" if host == "git.example.org" else host, *rest, **options)

    monkeypatch.setattr(ssrf.socket, "getaddrinfo", answer)
    return "git.example.org"


def test_the_pinned_address_is_used_with_the_name_of_the_certificate(
    secure: GitServer, certificate: Path, name: str, bench: Bench, make_repo
) -> None:
    """Git connects to the address that was checked, and still verifies the certificate of the name."""
    repo = make_repo("repo", {"a": "1"})
    place = f"{name}:{secure.port}"
    flags = {"git__allow_private_hosts": place, "git__ca_file": str(certificate)}
    outcome = bench.run(remote(f"https://{place}/repo.git"), **flags)
    assert paths(outcome) == [b"a"]
    secure.always["/repo.git"] = Reply(429, {"Retry-After": "21"})
    with pytest.raises(RateLimitExceeded) as caught:
        bench.run(remote(f"https://{place}/repo.git"), ingest__refresh="2", **flags)
    assert caught.value.retry_after == 21
    assert repo.commits


def test_an_unknown_certificate_is_not_trusted(secure: GitServer, name: str, bench: Bench, make_repo) -> None:
    """Without ``git.ca_file`` a private certificate is refused, whatever else is allowed."""
    make_repo("repo", {"a": "1"})
    place = f"{name}:{secure.port}"
    with pytest.raises(CloneFailed, match=r"(?i)certificate"):
        bench.run(remote(f"https://{place}/repo.git"), git__allow_private_hosts=place)
    assert secure.requests == []


def test_a_proxy_asks_for_us(server: GitServer, bench: Bench, make_repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """With ``git.proxy`` no name is looked up here, and every request goes to the proxy."""

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr(ssrf.socket, "getaddrinfo", fail)
    make_repo("repo", {"a": "1"})
    flags = {"git__allow_private_hosts": "git.example.org", "git__proxy": f"http://{server.place}"}
    outcome = bench.run(remote("http://git.example.org/repo.git"), **flags)
    assert paths(outcome) == [b"a"]
    assert {one.headers["Host"] for one in server.requests} == {"git.example.org"}
