"""The catalogue's records: runs and commit rows, and how nouns are laid out as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from codestrata.model import Completeness, Origin, OriginKind, Repository, Snapshot

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class TableFile:
    """One committed Parquet file: table name, path relative to the tables folder, rows, bytes, SHA-256 of the file."""

    table: str
    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Run:
    """One command over one selection. ``state`` is running, done, partial, failed or interrupted."""

    id: int
    command: str
    settings: Mapping[str, Any]
    software: str
    state: str
    exit_code: int
    started: float
    finished: float


@dataclass(frozen=True, slots=True)
class Committed:
    """One commit row: what a partition gave, and the run that did it."""

    stage: str
    key: str
    version: str
    run: int
    subject: str
    output_hash: str
    result: Mapping[str, Any]
    counts: Mapping[str, float]
    at: float


def put(repository: Repository) -> dict[str, Any]:
    """Lay a repository out as the values of its row."""
    names = [name for name in repository.__slots__ if name not in {"origin", "categories", "row"}]
    return {
        **{name: getattr(repository, name) for name in names},
        "origin_kind": repository.origin.kind,
        "locator": repository.origin.locator,
        "categories": json.dumps(repository.categories),
        "input_row": json.dumps(dict(repository.row), sort_keys=True),
    }


_PLAIN = (
    "id", "full_name", "url", "github_id", "language", "stars", "forks", "size", "created_at", "updated_at",
    "pushed_at", "priority_score", "declared_licence",
)  # fmt: skip


def to_repository(row: sqlite3.Row) -> Repository:
    """Read a repository."""
    return Repository(
        origin=Origin(OriginKind(row["origin_kind"]), row["locator"]),
        categories=tuple(json.loads(row["categories_json"])),
        row=MappingProxyType(json.loads(row["input_row_json"])),
        **{name: row[name] for name in _PLAIN},
    )


def to_run(row: sqlite3.Row) -> Run:
    """Read a run."""
    return Run(
        row["id"],
        row["command"],
        json.loads(row["settings_json"]),
        row["software"],
        row["state"],
        row["exit_code"],
        row["started"],
        row["finished"],
    )


def to_snapshot(row: sqlite3.Row) -> Snapshot:
    """Read a snapshot."""
    return Snapshot(
        id=row["id"],
        repository_id=row["repository_id"],
        commit=row["commit_id"],
        tree=row["tree_id"],
        ref=row["ref"],
        committed_at=row["committed_at"],
        git_dir=row["git_dir"],
        depth=row["depth"],
        files=row["files"],
        bytes=row["bytes"],
        completeness=Completeness(row["completeness"]),
        quarantine=row["quarantine"],
    )


def to_committed(row: sqlite3.Row) -> Committed:
    """Read a commit row."""
    return Committed(
        row["stage"],
        row["key"],
        row["version"],
        row["run_id"],
        row["subject"],
        row["output_hash"],
        json.loads(row["result_json"]),
        json.loads(row["counts_json"]),
        row["at"],
    )


def to_file(row: sqlite3.Row) -> TableFile:
    """Read a table file."""
    return TableFile(row["table_name"], row["path"], row["row_count"], row["bytes"], row["sha256"])
