"""Package URLs without versions, as each ecosystem names packages. Source: the purl specification, "Types"."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=50_000)
def purl(kind: str, name: str, namespace: str = "") -> str:
    """Give a package URL, or "" for a name that is none."""
    from packageurl import PackageURL

    name, namespace = name.strip(), namespace.strip()
    if not name or len(name) > 300 or any(c.isspace() for c in name + namespace):  # noqa: PLR2004 -- no name is so long
        return ""
    try:
        return str(PackageURL(kind, namespace or None, name).to_string())
    except ValueError:
        return ""


def pypi(name: str) -> str:
    """Give a distribution's URL; names that differ in case, ``-``, ``_`` and ``.`` are one (PEP 503)."""
    return purl("pypi", re.sub(r"[-_.]+", "-", name).lower())


def cargo(name: str) -> str:
    """Give a crate's URL."""
    return purl("cargo", name)


def npm(name: str) -> str:
    """Give an npm package's URL; a scope is its namespace."""
    scope, _, rest = name.partition("/")
    return purl("npm", rest, scope) if scope.startswith("@") and rest else purl("npm", name)


def golang(path: str) -> str:
    """Give a Go module's URL; what is before the last slash is its namespace."""
    namespace, _, name = path.strip("/").rpartition("/")
    return purl("golang", name, namespace)


def maven(group: str, artifact: str) -> str:
    """Give a Maven artefact's URL; "" while a property in it is unknown."""
    return "" if "${" in group + artifact else purl("maven", artifact, group)
