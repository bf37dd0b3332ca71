"""Any text that names a repository → its canonical origin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from codestrata.discover.paths import path_origin
from codestrata.discover.purls import purl_origin
from codestrata.discover.rejected import Unfit
from codestrata.discover.remotes import remote_url
from codestrata.discover.urls import canonical_url, is_name, looks_like_url
from codestrata.model import Origin, OriginKind

EXPECTED = "owner/repo, a Git URL, a package URL (pkg:…) or a path"
#: Where a bare ``owner/repo`` lives.
NAMES_LIVE_ON = "https://github.com"
_PURL = re.compile(r"pkg:", re.IGNORECASE)
_PATH = re.compile(r"(?:\.{1,2})?/.*|\.{1,2}|file:.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names: its origin, its full name, its address for people ("" none), the commit or ref it pins."""

    origin: Origin
    full_name: str
    url: str = ""
    ref: str = ""


def named(text: str, base: Path) -> Named:
    """Read ``owner/repo``, a URL, a purl or a path; relative paths start at ``base``. Raises Unfit."""
    if not text or text != text.strip():
        raise Unfit(EXPECTED)
    if _PURL.match(text):
        origin, name, ref = purl_origin(text)
        return Named(origin, name, _address(origin, name), ref)
    if _PATH.fullmatch(text):
        return from_path(text, base)
    if is_name(text) or looks_like_url(text):
        url, name = canonical_url(f"{NAMES_LIVE_ON}/{text}" if is_name(text) else text)
        origin = Origin(OriginKind.GIT, url)
        return Named(origin, name, _address(origin, name))
    if (base / text).exists():
        return from_path(text, base)
    raise Unfit(EXPECTED, hint="a relative path starts with ./ and must exist", secret="@" in text)


def from_path(text: str, base: Path) -> Named:
    """Read a path (or file: URL) to a repository or an archive. Raises Unfit."""
    origin, name = path_origin(text, base)
    return Named(origin, name, remote_url(Path(origin.locator)) if origin.kind is OriginKind.LOCAL else "")


def _address(origin: Origin, name: str) -> str:
    """Give the URL people know: the canonical one with the name as it was written."""
    if origin.kind is not OriginKind.GIT:
        return ""
    head = origin.locator[: -len(name)]
    return head + name if origin.locator[len(head) :].lower() == name.lower() else origin.locator
