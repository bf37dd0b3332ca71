"""A package's source → a commit in a bare repository: the registry's client fetches, the archive importer writes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from codestrata.engine.base import IO
from codestrata.errors import InvalidInput
from codestrata.ingest.archives import import_archive, import_folder
from codestrata.ingest.archives.repository import branch
from codestrata.ingest.packages import crates, npm, pypi
from codestrata.ingest.packages.client import Bounds
from codestrata.ingest.packages.package import Download, Package
from codestrata.model import Repository

#: purl type → how its packages are downloaded.
REGISTRIES: dict[str, Callable[[Package, Path, Bounds], Download]] = {
    "pypi": pypi.download,
    "npm": npm.download,
    "cargo": crates.download,
}


def fetch(repository: Repository, git_dir: Path, io: IO) -> str:
    """Fetch a package into ``git_dir`` (made if missing) and give the ref, ``refs/heads/<version>``; HEAD points at it.

    A package without a version is fetched as its latest; the ref and the commit's message say which one that is.
    Raises RepositoryMissing, CloneFailed, MissingExtra (no client) and what ``import_archive`` raises.
    """
    package = Package.parse(repository.origin.locator)
    if package.type not in REGISTRIES:
        raise InvalidInput(
            f"pkg:{package.type} cannot be fetched", where=str(package), hint=f"known: {', '.join(REGISTRIES)}"
        )
    limits = io.settings.ingest.limits
    scratch = io.scratch / "package"
    scratch.mkdir(parents=True)
    try:
        found = REGISTRIES[package.type](package, scratch, Bounds(io.remaining(), limits.max_pack_bytes))
        ref = branch(found.version)
        write = import_folder if found.path.is_dir() else import_archive
        write(found.path, git_dir, limits, message=package.at(found.version), ref=ref, timeout=io.remaining())
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return ref
