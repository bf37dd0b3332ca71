"""The guard against server-side request forgery: which URLs may be fetched, and from which addresses.

A host is resolved once, here; git is then told to use exactly these addresses (``http.curloptResolve``), so a name that
changes its mind afterwards (DNS rebinding) changes nothing. Redirects come back here before they are followed.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from codestrata.errors import CloneFailed, RepositoryMissing, SecurityViolation
from codestrata.model.address import Address, is_public

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_URL = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<path>/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)"
)
_LONGEST = 2048
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be fetched: its parts, and the addresses its host had when it was checked (none: a proxy asks)."""

    url: str
    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """Give scheme, host and port: what a token belongs to."""
        return f"{self.scheme}://{self.host}:{self.port}/"

    @property
    def pin(self) -> str:
        """Give the value for ``http.curloptResolve``, or "" when there is nothing to pin."""
        if not self.addresses or _literal(self.host):
            return ""
        listed = ",".join(f"[{a}]" if ":" in a else a for a in self.addresses)
        return f"{self.host}:{self.port}:{listed}"


def check(url: str, allowed: Sequence[str] = (), *, resolve: bool = True) -> Target:
    """Check a URL by form and by address. ``allowed`` are hosts (or host:port) that may be private and speak http.

    Raises SecurityViolation for what may not be fetched, RepositoryMissing or CloneFailed when the host has no address.
    """
    target = parse(url)
    private = target.host in allowed or f"{target.host}:{target.port}" in allowed
    if target.scheme == "http" and not private:
        raise SecurityViolation("plain http is not fetched", where=shown(url), hint="use https")
    if not resolve:
        return target
    addresses = _resolved(target)
    for address in addresses:
        if not private and not is_public(address):
            raise SecurityViolation(
                f"{target.host} lies at {address}, which is not a public address",
                where=shown(url),
                hint="name the host in git.allow_private_hosts if that is meant",
            )
    return Target(target.url, target.scheme, target.host, target.port, target.path, tuple(map(str, addresses)))


def parse(url: str) -> Target:
    """Take a URL apart; anything that is not plainly https://host/path is refused."""
    found = _URL.fullmatch(url) if len(url) <= _LONGEST else None
    if not found:
        hint = "give https://host/owner/repo, without user, token, query or fragment"
        raise SecurityViolation("is not a URL that may be fetched", where=shown(url), hint=hint)
    path = found["path"]
    if any(part in {".", ".."} for part in re.sub("%2[eE]", ".", path).split("/")):
        raise SecurityViolation("has '..' in its path", where=shown(url))
    port = int(found["port"] or _PORTS[found["scheme"]])
    if not 0 < port < 1 << 16:
        raise SecurityViolation("has an impossible port", where=shown(url))
    return Target(url, found["scheme"], found["host"].lower(), port, path)


def shown(url: str) -> str:
    """Give a URL as it may be printed: no user or password, no control characters, at most 200 characters."""
    clean = re.sub(r"(?<=://)[^/@]*@", "***@", url[:400])
    return "".join(c if c.isprintable() else "?" for c in clean)[:200]


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _resolved(target: Target) -> list[Address]:
    literal = _literal(target.host)
    if literal:
        return [literal]
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in {socket.EAI_NONAME, socket.EAI_NODATA}:
            hint = "check the spelling, or the network if no host can be found"
            raise RepositoryMissing(f"there is no host {target.host}", where=shown(target.url), hint=hint) from error
        raise CloneFailed(f"cannot look up {target.host}: {error.strerror}", where=shown(target.url)) from error
    except UnicodeError as error:
        raise SecurityViolation("has an impossible host name", where=shown(target.url)) from error
    unique = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return [ipaddress.ip_address(address) for address in unique]
