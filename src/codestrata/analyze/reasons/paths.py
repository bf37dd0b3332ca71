"""Files of decisions: what the commits of a record touched, and which commits wrote a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from codestrata.analyze.reasons.commits import MOST_PATHS
from codestrata.analyze.reasons.material import Material
from codestrata.analyze.reasons.record import Record
from codestrata.model.paths import bytes_of, text_of
from codestrata.store.columns import Columns, Varlen


def with_touched(material: Material, records: Sequence[Record]) -> list[Record]:
    """Give records of commits with the paths that their own commit changed; none where it changed very many."""
    ids = sorted({record.commits[0] for record in records if record.commits})
    if not ids or not material.spec["changes"]:
        return list(records)
    asked: Columns = {"commit": Varlen.of([bytes.fromhex(name) for name in ids], text=False)}
    tail = "semi join asked using (commit) order by commit, path"
    found = material.table("changes", "commit, path", tail, asked=asked)
    touched: dict[str, list[str]] = defaultdict(list)
    for commit, path in zip(found["commit"], found["path"], strict=True):
        touched[commit.hex()].append(text_of(path))
    return [_with_paths(record, touched.get(record.commits[0], []) if record.commits else []) for record in records]


def _with_paths(record: Record, touched: Sequence[str]) -> Record:
    if not touched or len(touched) > MOST_PATHS:
        return record
    return replace(record, paths=list(dict.fromkeys([*record.paths, *touched])))


def with_writers(material: Material, records: Iterable[Record]) -> list[Record]:
    """Give records of documents with the commits that wrote them, first and last, and the time of the first."""
    records = list(records)
    paths = sorted({record.quotes[0].source.name for record in records})
    if not paths or not material.spec["changes"]:
        return records
    asked: Columns = {"path": Varlen.of([bytes_of(path) for path in paths], text=False)}
    found = material.table("changes", "path, commit", "semi join asked using (path)", asked=asked)
    writers: dict[str, list[str]] = defaultdict(list)
    for path, commit in zip(found["path"], found["commit"], strict=True):
        writers[text_of(path)].append(commit.hex())
    return [_with_writers(material, record, writers[record.quotes[0].source.name]) for record in records]


def _with_writers(material: Material, record: Record, writers: Sequence[str]) -> Record:
    log = material.log
    known = sorted((log.times[log.index[name]], name) for name in writers if name in log.index)
    if not known:
        return record
    commits = list(dict.fromkeys([known[0][1], known[-1][1], *record.commits]))
    return replace(record, commits=commits, at=record.at if record.at >= 0 else known[0][0])
