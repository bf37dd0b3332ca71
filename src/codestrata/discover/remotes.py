"""Where a repository on this machine was cloned from, as its configuration says: read as text, never obeyed.

Source: git-config(1) "CONFIGURATION FILE"; RFC 6761, 6762, 8375 and ICANN's reservation of .internal (private names).
"""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from codestrata.discover.rejected import Unfit
from codestrata.discover.urls import canonical_url, looks_like_url
from codestrata.errors import StrataError
from codestrata.git.refs import read_plain

_MOST = 1 << 20
_REMOTE = re.compile(r'\s*\[\s*remote\s+"((?:[^"\\]|\\.)*)"\s*\]', re.IGNORECASE)
_SECTION = re.compile(r"\s*\[")
_URL = re.compile(r'\s*url\s*=\s*(?:"([^"]*)"|([^\s"#;]*))\s*(?:[#;].*)?', re.IGNORECASE)
_USER = re.compile(r"^((?:git\+)?[a-z][a-z0-9+.-]*://)[^/@]*@|^[^/@:]+@(?=[^/:]+:)", re.IGNORECASE)
#: Endings of host names that mean something on one network only.
_PRIVATE = frozenset(
    {
        *("local", "localhost", "localdomain", "internal", "intranet", "lan", "corp", "home", "private", "priv"),
        *("arpa", "test", "invalid", "example", "onion", "domain"),
    }
)
#: What a widespread router calls its network, under an ending that others use in public.
_ROUTER = ".fritz.box"


def remote_url(folder: Path) -> str:
    """Give the public address a local repository was cloned from, without credentials; "" when there is none."""
    try:
        text = read_plain(_common(folder) / "config", _MOST).decode("utf-8", "replace")
    except (StrataError, OSError):
        return ""
    remotes = _remotes(text)
    only = next(iter(remotes.values())) if len(remotes) == 1 else ""
    return public(remotes.get("origin", only))


def public(url: str) -> str:
    """Give a Git URL as anybody may see it, or "" when it leads to a path, a private network, or nowhere."""
    plain = _USER.sub(lambda match: match[1] or "git@", url)
    if not looks_like_url(plain):
        return ""
    try:
        canonical, name = canonical_url(plain)
    except Unfit:
        return ""
    head = canonical[: -len(name)]
    told = head + name if canonical[len(head) :].lower() == name.lower() else canonical
    return told if _is_public(urlsplit(canonical).hostname or "") else ""


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and host.rpartition(".")[2] not in _PRIVATE and not f".{host}".endswith(_ROUTER)


def _common(folder: Path) -> Path:
    """Give the folder that holds the configuration: of a linked work tree it is the main repository's."""
    dot = folder / ".git"
    if dot.is_dir() and not dot.is_symlink():
        return dot
    link = read_plain(dot, _MOST).strip()
    if not link.startswith(b"gitdir: "):
        return folder
    git_dir = folder / os.fsdecode(link[8:])
    back = folder / os.fsdecode(read_plain(git_dir / "gitdir", _MOST).strip())
    if back.resolve() != dot.resolve():  # a file that points at somebody else's repository
        return folder
    return git_dir / os.fsdecode(read_plain(git_dir / "commondir", _MOST).strip())


def _remotes(text: str) -> dict[str, str]:
    """Give the remotes that have a URL: name → the first, which is the one that is fetched from."""
    found: dict[str, str] = {}
    name = ""
    for raw in text.splitlines():
        line, section = raw, _REMOTE.match(raw)
        if section:
            name, line = section[1], raw[section.end() :]
        elif _SECTION.match(raw):
            name = ""
        url = _URL.fullmatch(line)
        if name and url:
            found.setdefault(name, url[1] or url[2])
    return found
