"""The stage contract: a stage is a pure function over a partition; an engine only decides where it runs.

``plan`` says what there is to do, ``run`` does one piece, the engine commits the result. A partition's key is the hash
of everything its result may depend on, so what has been committed is never done again, on any engine, and two runs of
the same partition must give the same bytes: a second attempt that does not is recorded as ``nondeterministic``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import threading

    from codestrata.model import Repository, Snapshot
    from codestrata.settings import Settings
    from codestrata.store.columns import Columns
    from codestrata.store.parquet import ParquetFile
    from codestrata.store.records import TableFile
    from codestrata.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Partition:
    """One piece of a stage's work.

    ``spec`` is JSON and names every input (table files by path, which carries their hash; commits; settings that
    matter). ``hint`` says where the inputs lie when that may change without changing the result; it is not part of the
    key. ``subject`` is the repository id it belongs to, or ""; ``title`` is what a person sees. ``timeout`` is in
    seconds. ``weight`` (bytes, files, whatever the stage counts in ``unit``) drives progress bars only.
    """

    stage: str
    version: str
    spec: Mapping[str, Any]
    title: str = ""
    subject: str = ""
    priority: float = 0.0
    pool: str = "cpu"
    limit_key: str = ""
    timeout: float = 3600.0
    weight: int = 1
    hint: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Hash stage, version and spec: 32 hexadecimal digits."""
        text = json.dumps([self.stage, self.version, dict(self.spec)], sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass(slots=True)
class Outcome:
    """What a run hands back; the engine writes the tables and commits everything at once, or nothing.

    ``tables``: table name → columns; ``files``: table name → Parquet file of its rows that the stage wrote into the
    scratch folder itself. ``snapshots``: what an ingest made. ``result``: small JSON the next stage's plan may read.
    ``counts``: figures for reports (files, bytes, api_calls, …), not part of the committed hash.
    """

    tables: dict[str, Columns] = field(default_factory=dict)
    snapshots: Sequence[Snapshot] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, float] = field(default_factory=dict)
    files: Mapping[str, ParquetFile] = field(default_factory=dict)


class View(Protocol):
    """What a plan may look at: everything committed, limited to the repositories of this run."""

    @property
    def settings(self) -> Settings:
        """Give the settings of the run."""

    @property
    def workspace(self) -> Path:
        """Give the workspace folder."""

    @property
    def tables(self) -> Tables:
        """Give the reader of bulk tables."""

    def repositories(self) -> Sequence[Repository]:
        """List the repositories of this run, in the order of their ids."""

    def snapshots(self) -> Sequence[Snapshot]:
        """List the current snapshot of each of them that has one, in the order of repository ids."""

    def files(self, table: str, *, subject: str = "", stage: str = "", version: str = "") -> Sequence[TableFile]:
        """List committed files of a table, of one repository (``subject``) or of all, in the order of their paths.

        Of files that belong to no repository only those of the stage's newest version count, or of the one named.
        """

    def planned(self, stage: str, table: str) -> Sequence[TableFile]:
        """List a table's files of the partitions this run planned for a stage, in planned order."""

    def results(self, stage: str) -> Sequence[Mapping[str, Any]]:
        """List the ``result`` of every partition of a stage that this run planned, in planned order."""


class IO(Protocol):
    """All a running partition may touch of the outside."""

    @property
    def settings(self) -> Settings:
        """Give the settings of the run."""

    @property
    def workspace(self) -> Path:
        """Give the workspace folder."""

    @property
    def tables(self) -> Tables:
        """Give the reader of bulk tables."""

    @property
    def scratch(self) -> Path:
        """Give a folder of this attempt's own, on the workspace's disk, removed afterwards."""

    def progress(self, done: int) -> None:
        """Say how much of the partition's weight is done."""

    def tell(self, event: Mapping[str, Any]) -> None:
        """Tell whoever watches what is happening, as JSON; it is shown, never kept."""

    def secret(self, name: str) -> str | None:
        """Give a secret (a token) by name, or None."""

    def remaining(self) -> float:
        """Give the seconds left before this attempt is cut off."""

    @property
    def stop(self) -> threading.Event:
        """Give the event that is set when the run is interrupted: a stage that can end in order listens to it.

        It has its entry's ``patience`` for that, and raises :class:`codestrata.errors.Interrupted` in the end.
        """


class Step(Protocol):
    """What an engine has to know of a stage before it has anything done: a stage itself, or its entry in a table."""

    @property
    def name(self) -> str:
        """Give its name."""

    @property
    def unit(self) -> str:
        """Give what its partitions' weight counts."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A stage in a table of stages, by name: nothing of it is imported before there is something to do.

    ``place`` is the stage or its class, as ``package.module:NAME``. Its plan is remembered as long as nothing that it
    depends on has changed (:mod:`codestrata.engine.memo`); where a plan looks outside the catalogue, ``planner`` names
    a function of the view that says the same, is asked every time, and needs none of the heavy libraries.
    ``patience``: seconds that its tasks may take to end in order when the run is interrupted; 0 where they do not
    listen (``io.stop``), and are finished within ``engine.grace_seconds`` or ended.
    """

    name: str
    verb: str
    unit: str
    place: str
    planner: str = ""
    patience: float = 0.0


class Stage(Protocol):
    """One step of the pipeline, as a module or an object with these five names."""

    name: str
    """Unique: the verb, or ``verb.step``."""
    verb: str
    """discover, ingest, analyze or export."""
    unit: str
    """What ``Partition.weight`` counts, for people: repositories, MB, files, rows."""

    def plan(self, view: View) -> Iterable[Partition]:
        """Say what there is to do; deterministic, cheap, no side effects."""

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Do one piece: no clock, no environment, no randomness, nothing outside ``io``. Raises a StrataError."""
