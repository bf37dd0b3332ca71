"""The guard against server-side request forgery."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from codestrata.errors import CloneFailed, RepositoryMissing, SecurityViolation
from codestrata.ingest import ssrf
from codestrata.ingest.ssrf import check, parse, shown
from codestrata.model.address import is_public


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Give a name service of the test's own: host → addresses."""
    table: dict[str, list[str]] = {}

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host not in table:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(0, 0, 0, "", (address, port)) for address in table[host]]

    monkeypatch.setattr(ssrf.socket, "getaddrinfo", look_up)
    return table


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/owner/repo",
        "https://github.com/owner/repo.git",
        "https://git.example.org:8443/a/b/c~d/e+f%20g.git",
        "https://xn--bcher-kva.example/x",
        "https://[2606:4700::1111]/x",
    ],
)
def test_urls_that_are_fine(url: str) -> None:
    """Plain https URLs, with a port or an address, are taken as they are."""
    assert parse(url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "--upload-pack=touch x",
        "-u./p",
        "ext::sh -c touch% x",
        "file:///etc",
        "ssh://git@host/x",
        "git://host/x",
        "git@host:x/y",
        "ftp://host/x",
        "HTTPS://host/x",
        "https://user@host/x",
        "https://user:token@host/x",
        "https://host/x?y",
        "https://host/x#y",
        "https://host/x y",
        "https://host/x\n-c core.x=y",
        "https://host/x\\y",
        "https://host/../x",
        "https://host/a/%2e%2E/b",
        "https://host/./x",
        "https://host",
        "https:///x",
        "https://-host/x",
        "https://ho st/x",
        "https://ho\u017ft/x",
        "https://host:0/x",
        "https://host:65536/x",
        "https://host:8x/x",
        "https://[::1/x",
        "https://ho\x00st/x",
        "https://host/" + "x" * 3000,
        "",
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    """Whatever is not plainly https://host/path never reaches git."""
    with pytest.raises(SecurityViolation):
        parse(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.1.2.3",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    """Private, local, reserved, multicast and documentation addresses are refused, however they are wrapped."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["140.82.121.4", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_addresses_that_are_public(address: str) -> None:
    """Addresses of the public internet pass."""
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "2130706433", "0x7f000001", "017700000001"]
)
def test_literal_addresses(host: str) -> None:
    """An address in place of a name is judged as an address; odd spellings of one are names the resolver reads."""
    with pytest.raises((SecurityViolation, RepositoryMissing, CloneFailed)):
        check(f"https://{host}/x")


def test_the_addresses_are_pinned(names) -> None:
    """Git is told to use the addresses that were checked, and asks no name service of its own."""
    names["git.example.org"] = ["140.82.121.4", "2606:4700::1111"]
    target = check("https://git.example.org/owner/repo")
    assert target.addresses == ("140.82.121.4", "2606:4700::1111")
    assert target.pin == "git.example.org:443:140.82.121.4,[2606:4700::1111]"


def test_one_private_address_is_enough_to_refuse(names) -> None:
    """A name with a public and a private address is refused: which one would be used is chance."""
    names["both.example.org"] = ["140.82.121.4", "10.0.0.1"]
    with pytest.raises(SecurityViolation, match=r"10\.0\.0\.1"):
        check("https://both.example.org/x")


def test_private_hosts_may_be_named(names) -> None:
    """A host in ``git.allow_private_hosts``, with or without its port, may be private and speak http."""
    names["git.corp.example"] = ["10.0.0.1"]
    assert check("http://git.corp.example/x", ["git.corp.example"]).addresses == ("10.0.0.1",)
    assert check("http://git.corp.example:8080/x", ["git.corp.example:8080"]).pin == "git.corp.example:8080:10.0.0.1"
    with pytest.raises(SecurityViolation):
        check("https://git.corp.example:9090/x", ["git.corp.example:8080"])


def test_plain_http_is_refused(names) -> None:
    """Without being named, a host is not spoken to in the clear."""
    names["example.org"] = ["140.82.121.4"]
    with pytest.raises(SecurityViolation, match="http"):
        check("http://example.org/x")


def test_no_such_host(names) -> None:
    """A name without an address is a repository that does not exist."""
    with pytest.raises(RepositoryMissing, match=r"no host nowhere\.example\.org"):
        check("https://nowhere.example.org/x")


def test_no_name_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the name service does not answer, it is tried again later."""

    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(ssrf.socket, "getaddrinfo", fail)
    with pytest.raises(CloneFailed) as caught:
        check("https://example.org/x")
    assert not isinstance(caught.value, RepositoryMissing)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://user:secret@host/x", "https://***@host/x"),
        ("https://h/\x1b[31m", "https://h/?[31m"),
        ("x" * 500, "x" * 200),
    ],
)
def test_what_is_shown_of_a_url(url: str, text: str) -> None:
    """No secret and no control character of a URL is printed."""
    assert shown(url) == text
