"""Packages of npm, through ``npm pack``: it downloads and checks the tarball and, told so, runs no script of it.

Source: npm-pack(1), npm error codes as printed by ``--json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codestrata.errors import CloneFailed, DamagedRepository, RateLimitExceeded, RepositoryMissing, StrataError
from codestrata.ingest.packages.client import Bounds, Client, Ended, run_client
from codestrata.ingest.packages.package import Download, Package

NPM = Client(
    "npm",
    "install Node.js with npm, or leave pkg:npm/ rows out",
    ("npm_config_*", "NPM_*", "NODE_AUTH_TOKEN", "NODE_EXTRA_CA_CERTS"),
)
_OPTIONS = (
    *("--ignore-scripts", "--json", "--loglevel=error", "--logs-max=0"),
    *("--no-audit", "--no-fund", "--no-update-notifier", "--no-progress"),
)
#: npm's own error code → what it means here; any other code is a failure of the way there.
_MEANING: dict[str, tuple[type[StrataError], str]] = {
    "E404": (RepositoryMissing, "npm knows no such package"),
    "ETARGET": (RepositoryMissing, "npm knows no such version"),
    "ENOVERSIONS": (RepositoryMissing, "npm knows no version of it"),
    "E401": (RepositoryMissing, "npm may not read it; log in with npm login"),
    "E403": (RepositoryMissing, "npm may not read it; log in with npm login"),
    "E451": (RepositoryMissing, "it was taken down"),
    "EINVALIDTAGNAME": (RepositoryMissing, "not a version that npm knows"),
    "EINVALIDPACKAGENAME": (RepositoryMissing, "not a name that npm knows"),
    "E429": (RateLimitExceeded, "npm's registry asks for patience"),
    "EINTEGRITY": (DamagedRepository, "the tarball is not the one the registry promised"),
}


def download(package: Package, scratch: Path, bounds: Bounds) -> Download:
    """Fetch a package's tarball into ``scratch``. Raises a StrataError."""
    # A package.json here keeps npm from looking for a project, and its .npmrc, in the folders above.
    (scratch / "package.json").write_text("{}")
    out = scratch / "out"
    out.mkdir()
    spec = f"{package.name}@{package.version}" if package.version else package.name
    command = ["npm", "pack", *_OPTIONS, f"--cache={scratch / 'cache'}", f"--pack-destination={out}", "--", spec]
    ended = run_client(NPM, command, scratch, bounds, str(package))
    if ended.code:
        raise _error(ended, str(package))
    files = sorted(out.glob("*.tgz"))
    if len(files) != 1:
        raise CloneFailed(f"npm gave {len(files)} tarballs", where=str(package))
    return Download(files[0], str(_read(ended.output).get("version", "")) or package.version)


def _read(output: bytes) -> dict[str, Any]:
    """Give the one object npm prints, whether alone or in a list."""
    try:
        said = json.loads(output)
    except ValueError:
        return {}
    if isinstance(said, list):
        said = said[0] if said else {}
    return said if isinstance(said, dict) else {}


def _error(ended: Ended, where: str) -> StrataError:
    said = _read(ended.output).get("error") or {}
    code, summary = str(said.get("code", "")), str(said.get("summary", "")) or ended.last_line
    if code in _MEANING:
        kind, meaning = _MEANING[code]
        return kind(meaning, where=where)
    line = " ".join(summary.split())[:300]
    return CloneFailed(f"npm could not fetch it: {line}", where=where, hint="check npm config get registry and proxy")
