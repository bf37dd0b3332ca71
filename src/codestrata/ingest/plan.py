"""What an ingest depends on: the spec of one repository's partition, worked out without running anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from codestrata.engine.base import Partition, View
from codestrata.errors import StrataError
from codestrata.git.refs import Head, read_refs
from codestrata.ingest import local
from codestrata.ingest.places import FOLDER, LACKING, place
from codestrata.model import OriginKind, Repository
from codestrata.settings import Settings

STAGE = "ingest"
#: Raise it when the tables an ingest writes change.
VERSION = "2"

Spec = dict[str, Any]


def partitions(view: View) -> Iterator[Partition]:
    """Give one partition for each repository; reading the state of local ones takes no library."""
    for repository in view.repositories():
        lacking = (place(view.workspace / FOLDER, repository.id) / LACKING).exists()
        yield partition(repository, view.settings, lacking=lacking)


def partition(repository: Repository, settings: Settings, *, lacking: bool = False) -> Partition:
    """Give the partition of one repository. A local one's HEAD is in it, so a new commit is a new partition.

    So are its object stores once blobs were ``lacking``: what is fetched into them later makes it due again.
    """
    kind = repository.origin.kind
    remote = kind in {OriginKind.GIT, OriginKind.PACKAGE}
    spec: Spec = {"kind": str(kind), "locator": repository.origin.locator, "limits": _limits(settings)}
    spec |= _STATE[kind](repository, settings)
    if lacking and kind is OriginKind.LOCAL:
        spec["stores"] = _stores(repository, settings)
    if repository.row.get("ref"):
        spec["pin"] = str(repository.row["ref"])
    return Partition(
        STAGE,
        VERSION,
        spec,
        title=repository.full_name,
        subject=repository.id,
        priority=repository.priority_score,
        pool="net" if remote else "cpu",
        limit_key=_host(repository) if remote else "",
        timeout=settings.ingest.limits.seconds,
        hint={"full_name": repository.full_name},
    )


def pinned(spec: Mapping[str, Any]) -> Head | None:
    """Give the HEAD a local repository is to be taken at, or None when it could not be read at planning."""
    return Head(spec["ref"], spec["commit"]) if spec.get("commit") else None


def _limits(settings: Settings) -> Spec:
    """Name the limits that decide over in or out (time does not: it says nothing about the repository)."""
    return settings.ingest.limits.model_dump(exclude={"seconds"})


def _scope(settings: Settings) -> Spec:
    ingest = settings.ingest
    return {"strategy": ingest.strategy, "depth": ingest.depth, "refs": ingest.refs, "history": ingest.history}


def _git(_: Repository, settings: Settings) -> Spec:
    return _scope(settings) | {"refresh": settings.ingest.refresh}


def _package(_: Repository, settings: Settings) -> Spec:
    return {"history": settings.ingest.history, "refresh": settings.ingest.refresh}


def _archive(repository: Repository, settings: Settings) -> Spec:
    """Tell an archive by size and time of change: a new time with the same bytes costs one more reading, no more."""
    try:
        status = Path(repository.origin.locator).stat()
    except OSError:
        return {"history": settings.ingest.history, "bytes": -1}
    return {"history": settings.ingest.history, "bytes": status.st_size, "changed": status.st_mtime_ns}


def _local(repository: Repository, settings: Settings) -> Spec:
    """Read HEAD, or what the row pins; what is wrong there comes out, with its reason, when the partition is run."""
    spec = _scope(settings) | {"borrowed": settings.ingest.borrowed_objects}
    try:
        source = local.locate(Path(repository.origin.locator))
        head = local.pinned_head(source, str(repository.row.get("ref", "")))
        refs = read_refs(source.common_dir) if settings.ingest.refs == "all" else {}
    except (StrataError, OSError):
        return spec | {"ref": "", "commit": ""}
    told = hashlib.sha256(json.dumps(sorted(refs.items())).encode()).hexdigest() if refs else ""
    return spec | {"ref": head.ref, "commit": head.commit, "refs_sha256": told}


def _stores(repository: Repository, settings: Settings) -> str:
    """Digest what the object stores of a local repository hold, file by file; "" where they cannot be listed."""
    from codestrata.ingest import adopt  # with it come libraries that planning does without

    try:
        stores = local.locate(Path(repository.origin.locator)).stores(borrowed=settings.ingest.borrowed_objects)
        states = {name: path.stat() for name, path in adopt.holdings(stores).items()}
    except (StrataError, OSError):
        return ""
    told = sorted((name, state.st_ino, state.st_size, state.st_mtime_ns) for name, state in states.items())
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _host(repository: Repository) -> str:
    """Give the host whose patience is shared: requests to one host are limited together."""
    if repository.origin.kind is OriginKind.PACKAGE:
        return repository.origin.locator.partition("/")[0]
    return urlsplit(repository.origin.locator).hostname or ""


_STATE: dict[OriginKind, Callable[[Repository, Settings], Spec]] = {
    OriginKind.GIT: _git,
    OriginKind.LOCAL: _local,
    OriginKind.ARCHIVE: _archive,
    OriginKind.PACKAGE: _package,
}
