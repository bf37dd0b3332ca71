"""Packages of PyPI, through pip's own index and download code, never its builds.

``pip download`` asks an sdist's own code for its metadata; so a small program (pip_program.py) uses the parts of pip
before that: configuration, index look-up, download, hash.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from codestrata.errors import (
    CloneFailed,
    DamagedRepository,
    LimitExceeded,
    MissingExtra,
    RateLimitExceeded,
    RepositoryMissing,
    StrataError,
)
from codestrata.git.guard import redacted
from codestrata.ingest.packages.client import Bounds, Client, Ended, run_client
from codestrata.ingest.packages.package import Download, Package

PIP = Client("pip", "run python -m ensurepip, or leave pkg:pypi/ rows out", ("PIP_*",))
_PROGRAM = Path(__file__).with_name("pip_program.py")
#: What the program says went wrong → the error, and what to do.
_MEANING: dict[str, tuple[type[StrataError], str]] = {
    "missing": (RepositoryMissing, ""),
    "denied": (RepositoryMissing, "check the credentials that pip is configured with"),
    "patience": (RateLimitExceeded, ""),
    "unreachable": (CloneFailed, "check pip config list: index-url, proxy, cert"),
    "hash": (DamagedRepository, ""),
    "large": (LimitExceeded, "raise ingest.limits.max_pack_bytes"),
    "client": (MissingExtra, PIP.advice),
}


def download(package: Package, scratch: Path, bounds: Bounds) -> Download:
    """Fetch a package's sdist (else its pure wheel) into ``scratch``. Raises a StrataError."""
    out = scratch / "out"
    out.mkdir()
    arguments = [package.name, package.version, str(out), str(bounds.file_bytes)]
    ended = run_client(PIP, [sys.executable, "-I", str(_PROGRAM), *arguments], scratch, bounds, str(package))
    said = _read(ended)
    if "error" in said:
        kind, hint = _MEANING[said["error"]]
        raise kind(redacted(str(said["message"]), ()), where=str(package), hint=hint)
    # 1.0 and 1.0.0 are one version: what was asked for stays the name.
    return Download(out / said["file"], package.version or said["version"])


def _read(ended: Ended) -> dict[str, Any]:
    """Give the program's last line, its answer; what pip itself prints comes before."""
    lines = ended.output.splitlines()
    try:
        said = json.loads(lines[-1]) if lines else {}
    except ValueError:
        said = {}
    if "file" in said or said.get("error") in _MEANING:
        return dict(said)
    return {"error": "unreachable", "message": f"pip failed: {ended.last_line}"}
