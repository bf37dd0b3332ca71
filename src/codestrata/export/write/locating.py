"""Locating the file that a row is about: ``repo:path``, ``repo@commit:path`` or ``SHARD#N``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.export.write import manifest
from codestrata.export.write.finding import source_at
from codestrata.export.write.publish import last_dataset
from codestrata.model.paths import readable

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.model import Repository, Snapshot
    from codestrata.store.catalogue import Catalogue

_SHARD = re.compile(r"(?P<file>.+\.(?:parquet|jsonl|jsonl\.zst|json|csv|tar))#(?P<row>\d+)\Z")
_LINES = re.compile(r"#L\d+(-L?\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: a row's source; the dataset to look in; the shard (data/NAME) and number it was named by."""

    source: str
    out: Path | None
    shard: str = ""
    number: int = -1

    @property
    def figures(self) -> Mapping[str, Any]:
        """Give what the dataset's manifest tells of tokens; nothing where there is no dataset."""
        if self.out is None or not (self.out / manifest.NAME).exists():
            return {}
        told: Mapping[str, Any] = manifest.read(self.out)["figures"].get("tokens", {})
        return told


@dataclass(frozen=True, slots=True)
class Located:
    """A file that a row is about: its repository and snapshot, its row of table decisions, the dataset to look in."""

    repository: Repository
    snapshot: Snapshot
    decision: Mapping[str, Any]
    asked: Asked


def locate(catalogue: Catalogue, view: View, row: str, dataset: Path | None) -> Located:
    """Find the file behind ``repo:path``, ``repo@commit:path`` (as in the column ``source``) or ``SHARD#N``.

    Raises InvalidInput when there is no such row.
    """
    asked = asked_of(view, row, dataset)
    repository, commit, path = place_of(catalogue, asked.source)
    snapshot = snapshot_of(view, repository, row)
    if not path:
        hint = f"name one: {repository.full_name}:path"
        raise InvalidInput("is made of several files", where=asked.source, hint=hint)
    decision = _decision(view, repository.id, path)
    if decision is None or not snapshot.commit.startswith(commit):
        at = f" at commit {commit}" if commit else ""
        hint = "strata lineage traces rows of earlier commits" if commit else ""
        raise InvalidInput(f"{repository.full_name} has no file {path}{at} in this workspace", where=row, hint=hint)
    return Located(repository, snapshot, decision, asked)


def asked_of(view: View, row: str, dataset: Path | None) -> Asked:
    """Read what a row was named by. Raises InvalidInput where a shard has no such row."""
    out = dataset or last_dataset(view.workspace)
    shard = _SHARD.match(row)
    if not shard:
        return Asked(row, out)
    file, number = Path(shard["file"]), int(shard["row"])
    whole = file.absolute()
    called = f"{whole.parent.name}/{whole.name}"
    return Asked(_source(view, file, number), dataset or whole.parent.parent, called, number)


def snapshot_of(view: View, repository: Repository, row: str) -> Snapshot:
    """Give a repository's snapshot in the last run. Raises InvalidInput where it has none."""
    snapshot = next((s for s in view.snapshots() if s.repository_id == repository.id), None)
    if snapshot is None:
        hint = "strata status says why; a repository of an earlier list is back when that list is run again"
        raise InvalidInput(f"{repository.full_name} has no snapshot in the last run", where=row, hint=hint)
    return snapshot


def place_of(catalogue: Catalogue, row: str) -> tuple[Repository, str, str]:
    """Give repository, commit ("" where none is named) and path ("" for a row of several files) of a source."""
    text = _LINES.sub("", row)
    for at in (i for i, c in enumerate(text) if c == ":"):
        name, path = text[:at], text[at + 1 :]
        for full, commit in _names(name):
            found = catalogue.repository(full)
            if found and path:
                return found, commit, path
    for full, commit in _names(text):
        found = catalogue.repository(full)
        if found and commit:
            return found, commit, ""
    if whole := catalogue.repository(text):
        raise InvalidInput("is a repository, not a row", where=row, hint=f"name a file of it: {whole.full_name}:path")
    known = [repository.full_name for repository in catalogue.repositories()]
    near = get_close_matches(text.partition(":")[0].partition("@")[0], known, n=1)
    hint = f"did you mean {near[0]}?" if near else "write repo:path, repo@commit:path or SHARD#N"
    raise InvalidInput("no such repository", where=row, hint=hint)


def _names(name: str) -> Iterator[tuple[str, str]]:
    yield name, ""
    full, sign, commit = name.rpartition("@")
    if sign:
        yield full, commit


def _source(view: View, file: Path, number: int) -> str:
    if not file.exists():
        raise InvalidInput("no such file", where=str(file))
    found = source_at(view.tables, file, number)
    if found is None:
        raise InvalidInput(f"there is no row {number}", where=str(file))
    return found


def _decision(view: View, repository_id: str, path: str) -> dict[str, Any] | None:
    files = view.planned("export.decide", "decisions")
    if not files:
        raise InvalidInput("nothing was exported here yet", hint="strata export --out FOLDER")
    found = view.tables.read(files, tail=f"where repository_id = '{repository_id}'")
    paths = [readable(p) for p in found["path"]] if found else []
    if path not in paths:
        return None
    i = paths.index(path)
    return {k: v[i] if not getattr(v, "text", False) else v[i].decode() for k, v in found.items()}
