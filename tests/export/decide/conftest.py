"""A small world to decide about: real bare repositories, and tables written the way the stages before write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.conftest import git

from codestrata.engine.base import Outcome, Partition
from codestrata.export.decide.stage import Decide
from codestrata.model import Origin, OriginKind, Repository, Snapshot
from codestrata.settings import Settings, load
from codestrata.store.columns import Columns, Varlen
from codestrata.store.tables import TableFile, Tables

from .small_tables import annotations_table, facts_row, files_table, list_tree, name_key_of, table_of


def prose(seed: int, words: int = 120) -> str:
    """Write a file of pseudo-random words in short lines; the same for the same seed."""
    random = np.random.default_rng(seed)
    names = ["".join(chr(97 + c) for c in random.integers(0, 26, 6)) for _ in range(words)]
    return "\n".join(f"{a} = {b}({c})" for a, b, c in zip(names[::3], names[1::3], names[2::3], strict=True)) + "\n"


def edited(text: str, lines: int) -> str:
    """Change the first lines of a file."""
    rows = text.split("\n")
    return "\n".join([f"changed{i} = other({i})" for i in range(lines)] + rows[lines:])


@dataclass
class Row:
    """A row of the decisions table, by attribute."""

    cells: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        """Give a cell; text and paths as str."""
        return self.cells[name]


@dataclass
class World:
    """Repositories, their tables, and the view and the io of one run over them."""

    workspace: Path
    make_repo: Callable[..., Any]
    settings: Settings = field(default_factory=Settings)
    repos: dict[str, tuple[Repository, Snapshot]] = field(default_factory=dict)
    written: dict[tuple[str, str], list[TableFile]] = field(default_factory=dict)
    known: dict[tuple[bytes, str], dict[str, Any]] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the tables."""
        self.tables = Tables(self.workspace / "tables")
        self.scratch = self.workspace / "scratch"
        self.scratch.mkdir(parents=True)

    # -- making ------------------------------------------------------------------------------------------------------

    def add(
        self,
        name: str,
        files: Mapping[str, str | bytes],
        *,
        licence: str = "MIT",
        quarantine: str = "",
        facts: Mapping[str, Mapping[str, Any]] | None = None,
        marks: Mapping[str, Mapping[str, Any]] | None = None,
        modes: Mapping[str, str] | None = None,
        url: str = "",
        at: int = 1_700_000_000,
        **fields: Any,
    ) -> Repository:
        """Make a repository at one commit, with its tables; ``facts`` and ``marks`` overrule columns by path."""
        origin = Origin(OriginKind.GIT, url or f"https://example.org/{name}")
        repository = Repository.at(origin, name, url=origin.locator, **fields)
        folder = f"r{len(self.repos)}-{repository.id[:8]}"
        repo = self.make_repo(folder)
        repo.commit(files, modes=modes or {})
        commit, tree = (repo.git("rev-parse", at).decode().strip() for at in ("main", "main^{tree}"))
        git_dir = str(repo.path)
        sid = Snapshot.make_id(repository.id, commit)
        snapshot = Snapshot(sid, repository.id, commit, tree, "main", at, git_dir, quarantine=quarantine)
        self.repos[repository.id] = (repository, snapshot)
        entries = list_tree(repo)
        self._put("files", repository.id, files_table(entries))
        self._put("annotations", repository.id, annotations_table(entries, licence, marks or {}))
        for path, mode, blob, _ in entries:
            if mode & 0o170000 == 0o100000:
                content = repo.git("cat-file", "blob", blob.hex())
                said = facts_row(path, blob, content) | dict((facts or {}).get(path.decode("latin-1"), {}))
                if not said.pop("absent", False):
                    self.known[blob, name_key_of(path)] = said
        return repository

    def text(self, name: str, path: str) -> str:
        """Give what a file says."""
        (git_dir,) = (s.git_dir for r, s in self.repos.values() if r.full_name == name)
        return git(Path(git_dir), "cat-file", "blob", f"main:{path}").decode()

    def _put(self, table: str, subject: str, columns: Columns) -> None:
        self.written[table, subject] = [self.tables.write(table, columns)]

    # -- the view and the io ------------------------------------------------------------------------------------------

    def repositories(self) -> list[Repository]:
        """List repositories by id."""
        return [self.repos[i][0] for i in sorted(self.repos)]

    def snapshots(self) -> list[Snapshot]:
        """List snapshots by repository id."""
        return [self.repos[i][1] for i in sorted(self.repos)]

    def files(self, table: str, *, subject: str = "", stage: str = "", version: str = "") -> list[TableFile]:
        """List the files of a table."""
        del stage, version
        if table == "facts" and self.known:
            self._put("facts", "", table_of(list(self.known.values())))
        found = [f for (t, s), listed in self.written.items() if t == table and subject in {"", s} for f in listed]
        return sorted(found, key=lambda f: f.path)

    def planned(self, stage: str, table: str) -> Sequence[TableFile]:
        """List what this run planned: nothing that is asked here."""
        return []

    def results(self, stage: str) -> Sequence[Mapping[str, Any]]:
        """List results: none is asked here."""
        return []

    def progress(self, done: int) -> None:
        """Take no notice."""

    def secret(self, name: str) -> str | None:
        """Have none."""

    def remaining(self) -> float:
        """Have time."""
        return 3600.0

    # -- deciding ----------------------------------------------------------------------------------------------------

    def plan(self, **settings: Any) -> Partition:
        """Plan the one partition; settings by dotted names with ``__``."""
        self.settings = load(flags={"export." + name.replace("__", "."): v for name, v in settings.items()})
        (partition,) = Decide().plan(self)
        return partition

    def outcome(self, **settings: Any) -> Outcome:
        """Plan and run."""
        return Decide().run(self.plan(**settings), self)

    def decide(self, **settings: Any) -> dict[str, Row]:
        """Plan, run, write both tables; rows by ``repository:path``."""
        outcome = self.outcome(**settings)
        self.result = outcome.result
        files = {name: self.tables.write(name, columns) for name, columns in outcome.tables.items()}
        if "pairs" in files and files["pairs"] not in self.files("pairs"):
            self.written.setdefault(("pairs", ""), []).append(files["pairs"])
        self.decisions = files["decisions"]
        return {f"{row.full_name}:{row.path}": row for row in rows_of(self.tables.read([files["decisions"]]))}


def rows_of(columns: Columns) -> list[Row]:
    """Give a table row by row."""
    lists = {name: _cells(name, column) for name, column in columns.items()}
    return [Row(dict(zip(lists, row, strict=True))) for row in zip(*lists.values(), strict=True)]


def _cells(name: str, column: Any) -> list[Any]:
    if isinstance(column, Varlen):
        return [cell.hex() if "blob" in name else cell.decode("utf-8", "surrogateescape") for cell in column]
    return list(column.tolist())


@pytest.fixture
def world(tmp_path: Path, make_repo: Callable[..., Any]) -> World:
    """Give an empty world."""
    return World(tmp_path / "ws", make_repo)
