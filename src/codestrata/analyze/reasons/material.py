"""Material: what reasons are read from, of one snapshot: its prose, its history, comments that were remarked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from codestrata.analyze.reasons.commits import Log
from codestrata.analyze.reasons.record import Source
from codestrata.engine.base import IO
from codestrata.git.objects import Objects
from codestrata.model.links import Known
from codestrata.model.paths import text_of
from codestrata.store.columns import Columns, Varlen

#: Larger texts are not prose that somebody wrote to be read.
MOST_BYTES = 2_000_000
_NO_LOG = Log((), (), (), (), Varlen.of([]), Known(()), {})


@dataclass(frozen=True, slots=True)
class Material:
    """Of one snapshot: ``commit``, blobs by path (regular files that are neither vendored nor generated), ``log``.

    ``tests``: paths of tests among them. ``spec``: table -> its files. ``threads``: as in a file of threads.
    """

    io: IO
    git_dir: Path
    commit: str
    full_name: str
    blobs: Mapping[str, bytes]
    tests: frozenset[str]
    log: Log
    spec: Mapping[str, Sequence[str]]
    threads: Sequence[Mapping[str, Any]] = ()

    def sources(self, paths: Sequence[str]) -> Iterator[Source]:
        """Read files as something to quote; of equal contents the first path alone, none that cannot be read."""
        first = {self.blobs[path]: path for path in reversed(paths)}
        for blob, text in self.read(list(first)):
            if b"\0" not in text:
                yield Source("file", first[blob], text, blob, self.commit)

    def read(self, blobs: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Give the contents of blobs, each with its id; what is missing (a clone without blobs) is left out."""
        if not blobs:
            return
        ids = np.frombuffer(b"".join(blobs), np.uint8).reshape(len(blobs), -1)
        for batch in Objects(self.git_dir).read(ids, max_size=MOST_BYTES):
            for k, row in enumerate(batch.rows.tolist()):
                yield blobs[row], batch[k]

    def table(self, name: str, select: str, tail: str = "", **tables: Columns) -> Columns:
        """Ask the files of a table that the partition names; {} where there are none."""
        if not self.spec[name]:
            return {}
        return self.io.tables.query(f"select {select} from {self.io.tables.scan(self.spec[name])} {tail}", **tables)


def material(spec: Mapping[str, Sequence[str]], git_dir: Path, commit: str, full_name: str, io: IO) -> Material:
    """Gather it from the tables that a partition names."""
    blobs = _blobs(spec, io) if spec["files"] else {}
    log = _NO_LOG
    if spec["commits"]:
        columns = "commit, parents, author_name, author_time, message"
        order = "order by file_index, file_row_number"
        log = Log.of(io.tables.query(f"select {columns} from {io.tables.scan(spec['commits'])} {order}"), full_name)
    return Material(io, git_dir, commit, full_name, blobs, _tests(spec, io), log, spec)


def _tests(spec: Mapping[str, Sequence[str]], io: IO) -> frozenset[str]:
    if not spec["annotations"]:
        return frozenset()
    found = io.tables.query(f"select path from {io.tables.scan(spec['annotations'])} where test")
    return frozenset(text_of(path) for path in found["path"])


def _blobs(spec: Mapping[str, Sequence[str]], io: IO) -> dict[str, bytes]:
    """Give the blobs of regular files by their paths."""
    scan, aside = io.tables.scan, ""
    if spec["annotations"]:
        others = f"select path from {scan(spec['annotations'])} where vendored or generated_path <> ''"
        aside = f"and path not in ({others})"
    regular = "(mode & 61440) = 32768"
    found = io.tables.query(f"select path, blob from {scan(spec['files'])} where {regular} {aside} order by path")
    names = [text_of(path) for path in found["path"]]
    return dict(zip(names, found["blob"], strict=True))
