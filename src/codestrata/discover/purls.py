"""Package URLs as origins: packages of three registries, and repositories named by their forge.

Source: ECMA-427 (package-url), the per-type rules of packageurl-python.
"""

from __future__ import annotations

import re

from packageurl import PackageURL

from codestrata.discover.rejected import Unfit
from codestrata.discover.urls import canonical_url
from codestrata.model import Origin, OriginKind

#: purl type → host of the forge that it means.
FORGES = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}
#: purl types whose packages can be fetched.
REGISTRIES = ("pypi", "npm", "cargo")
EXPECTED = "a package URL such as pkg:pypi/name@1.0, pkg:npm/@scope/name, pkg:cargo/name or pkg:github/owner/repo"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._~-]*")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*")
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]*")
_PYPI_SEPARATORS = re.compile(r"[-_.]+")


def purl_origin(text: str) -> tuple[Origin, str, str]:
    """Give the origin, the full name and the pinned commit or ref ("" none) of a package URL. Raises Unfit."""
    try:
        purl = PackageURL.from_string(text)
    except ValueError as error:
        raise Unfit(EXPECTED, secret="@" in text.partition("://")[2]) from error
    if purl.type in FORGES:
        path = "/".join(filter(None, (purl.namespace, purl.name)))
        url, name = canonical_url(f"https://{FORGES[purl.type]}/{path}")
        return Origin(OriginKind.GIT, url), name, checked_ref(purl.version or "")
    if purl.type not in REGISTRIES:
        known = ", ".join([*REGISTRIES, *FORGES])
        raise Unfit(EXPECTED, hint=f"pkg:{purl.type} is not supported; known types: {known}")
    _check(purl)
    name = "/".join(filter(None, (purl.type, purl.namespace, _canonical_name(purl))))
    canonical = PackageURL(purl.type, purl.namespace, _canonical_name(purl), purl.version)
    return Origin(OriginKind.PACKAGE, canonical.to_string()), name, ""


def _check(purl: PackageURL) -> None:
    """Refuse what a registry client could take for an option, a path or a range of versions."""
    if purl.qualifiers or purl.subpath:
        raise Unfit(EXPECTED, hint="qualifiers (?…) and subpaths (#…) are not supported: they could point elsewhere")
    if purl.namespace and purl.type != "npm":
        raise Unfit(EXPECTED, hint=f"pkg:{purl.type} has no namespace")
    if purl.namespace and not purl.namespace.startswith("@"):
        raise Unfit(EXPECTED, hint=f"the scope of an npm package starts with @: pkg:npm/@{purl.namespace}/{purl.name}")
    if not all(_NAME.fullmatch(part) for part in ((purl.namespace or "@_")[1:], purl.name)):
        raise Unfit(EXPECTED, hint="a package's name has letters, digits and . _ ~ - only")
    if purl.version and not _VERSION.fullmatch(purl.version):
        raise Unfit(EXPECTED, hint="give one exact version after @, or none for the latest")


def _canonical_name(purl: PackageURL) -> str:
    """Normalise a Python name as the Python packaging specification does; others are canonical in the purl."""
    return _PYPI_SEPARATORS.sub("-", purl.name).lower() if purl.type == "pypi" else purl.name


def checked_ref(text: str) -> str:
    """Give back a commit id, tag or branch ("" none) that cannot be taken for an option or a range. Raises Unfit."""
    if text and (not _REF.fullmatch(text) or ".." in text):
        raise Unfit("a commit id, a tag or a branch")
    return text
