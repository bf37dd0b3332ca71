"""Paths in reports: as the tool wrote them in, relative to the work tree out.

Source of file URIs: RFC 8089; of percent-encoding: RFC 3986, section 2.1.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def of_uri(uri: str) -> str:
    """Give the path that a URI reference names: percent-encoding undone, ``file:`` and a host removed."""
    if uri.startswith("file:"):
        rest = uri[5:]
        if rest.startswith("//"):
            rest = "/" + rest[2:].partition("/")[2]
        return unquote(rest)
    return uri if _SCHEME.match(uri) else unquote(uri)


def relative(path: str, root: str) -> str:
    """Give a path relative to the work tree; what lies outside it stays absolute, or begins with ``../``."""
    path = path.strip()
    if not path:
        return ""
    if path.startswith("file:"):
        path = of_uri(path)
    if "\\" in path and "/" not in path:
        path = path.replace("\\", "/")
    clean = posixpath.normpath(path)
    if clean.startswith("//"):
        clean = clean[1:]
    base = root.rstrip("/")
    if clean == base:
        return ""
    return clean[len(base) + 1 :] if base and clean.startswith(f"{base}/") else "" if clean == "." else clean
