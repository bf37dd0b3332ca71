"""Takedown: rows leave a dataset that was published; only the shards that hold them are written again."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import StorageError
from codestrata.export.amend import papers
from codestrata.export.amend.beside import forget
from codestrata.export.amend.counts import Counts, about
from codestrata.export.amend.matching import mark
from codestrata.export.amend.shards import without
from codestrata.export.amend.tombstones import hashed, tombstones, write
from codestrata.export.decide.reasons import REASONS
from codestrata.export.policy import Entry
from codestrata.export.reading.dataset import Folder
from codestrata.export.reading.rows import COLUMNS, create, load
from codestrata.export.validate.check import judge_new, settings_of
from codestrata.export.write import card, manifest
from codestrata.export.write.publish import aside, check_target
from codestrata.settings.write import WriteSettings
from codestrata.store.columns import from_arrow
from codestrata.store.parquet import write_table
from codestrata.store.tables import Tables, file_sha256

if TYPE_CHECKING:
    import duckdb

#: What is asked of rows: no hash of their texts.
_COLUMNS = tuple(name for name in COLUMNS if name not in {"digest", "key"})
_STUB = """
    select repository, "commit", path, blob, any_value(size) as size, any_value(language) as language,
    any_value(licence) as licence, any_value(licence_class) as licence_class,
    any_value(licence_source) as licence_source, 'opt_out' as reason, ? as rule, -1::double as value,
    -1::double as threshold, ? as value_text, '' as survivor_repository, '' as survivor_path, '' as survivor_blob,
    -1::double as jaccard from lost group by repository, "commit", path, blob order by repository, path, "commit", blob
"""


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What a takedown did. ``files``: files that have no row any more; ``shards``: those that were written again.

    ``before`` and ``after`` are the dataset's digests; the same where no row was found.
    """

    out: Path
    pattern: str
    rows: int
    files: int
    shards: tuple[str, ...]
    before: str
    after: str

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {**asdict(self), "out": str(self.out)}


def takedown(out: Path, entry: Entry, date: str = "") -> TakenDown:
    """Take the rows that an entry covers out of the dataset in ``out``, all at once or not at all.

    ``date`` is what the tombstone says of when. Raises InvalidInput where there is no dataset, StorageError where a
    shard cannot be read or nothing can be written; the dataset is as it was then.
    """
    check_target(out)  # and brings back one that was about to be replaced when somebody was killed
    folder, tables = Folder.at(out), Tables(out)
    _sound(folder)
    con = tables.con
    create(con, "rows", _COLUMNS)
    for shard in folder.shards:
        load(con, "rows", shard, folder.called(shard), _COLUMNS)
    if not mark(con, folder, entry):
        digest = str(folder.said["digest"])
        return TakenDown(out, entry.pattern, 0, 0, (), digest, digest)
    return _Takedown(folder, tables, con, entry, date).carry_out()


def _sound(folder: Folder) -> None:
    """Raise StorageError for a file that is missing, and a shard that is not the manifest's.

    Written again, damage would pass for its rows.
    """
    said = {one["path"]: one["sha256"] for one in folder.said["files"]}
    hint = "strata dataset validate says more; build the dataset again"
    for path in said:
        if not (folder.path / path).exists():
            raise StorageError("is missing, and the manifest names it", where=path, hint=hint)
    for shard in folder.shards:
        path = folder.called(shard)
        if file_sha256(shard) != said.get(path):
            raise StorageError("is damaged: the manifest has another SHA-256", where=path, hint=hint)


class _Takedown:
    """One takedown: tables **rows** and **gone** say what there is and what goes."""

    def __init__(self, folder: Folder, tables: Tables, con: duckdb.DuckDBPyConnection, entry: Entry, date: str) -> None:
        self.folder, self.tables, self.con, self.entry, self.date = folder, tables, con, entry, date
        self.out = folder.path.resolve()
        once = [folder.called(shard) for shard in folder.first]
        con.execute("create table once as select unnest(?) as shard", [once])
        for name, kind in (("lost", "semi"), ("stay", "anti")):
            con.execute(
                f"create table {name} as select * from rows {kind} join gone using (shard, number)"
                " semi join once using (shard)"
            )
        self.counts = Counts(con, folder)

    def carry_out(self) -> TakenDown:
        """Write the dataset beside the one that is there, and put it in its place."""
        fresh, old = self.out.parent / f".{self.out.name}.new", aside(self.out)
        try:
            for leftover in (fresh, old):
                shutil.rmtree(leftover, ignore_errors=True)
            done = self._fill(fresh)
            self.out.rename(old)
            fresh.rename(self.out)
            shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            hint = "free some disk space and run again" if full else "look at its permissions; nothing was changed"
            where = str(error.filename or self.out)
            raise StorageError(error.strerror or str(error), where=where, hint=hint) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return done

    def _fill(self, fresh: Path) -> TakenDown:
        said = self.folder.said
        changed = self._changed()
        hashes = {one["path"]: one["sha256"] for one in said["files"]}
        for path in hashes:
            if path not in changed:
                _copy(self.out / path, fresh / path, link=path in self._shards() or path.startswith("removed/"))
        settings = WriteSettings.model_validate(
            {k: v for k, v in said["inputs"]["settings"]["write"].items() if k in WriteSettings.__struct_fields__}
        )
        for path, numbers in changed.items():
            (fresh / path).parent.mkdir(parents=True, exist_ok=True)
            without(self.tables, self.out / path, fresh / path, numbers, settings)
        self._stubs(fresh / "removed")
        forget(self.con, fresh)
        renewed = {path: file_sha256(fresh / path) for path in changed}
        shards = {path: renewed.get(path, hashes[path]) for path in self._shards()}
        stone = self._stone()
        figures = self.counts.reduced()
        figures["taken_down"] = {"times": [_told(one) for one in (*tombstones(self.out), stone)]}
        left, told = self._left(), about(self.folder, figures, self.counts, shards)
        papers.attribution(fresh, left)
        card.write(fresh, told, {reason.name: reason.about for reason in REASONS})
        self._judge(fresh, figures)
        papers.documents(fresh, left, told)
        known = {path: digest for path, digest in hashes.items() if path.startswith("removed/")} | shards
        after = self._entomb(fresh, stone, figures, known)
        rows, before = self.counts.rows, str(said["digest"])
        return TakenDown(self.folder.path, self.entry.pattern, rows, self.counts.files, (*changed,), before, after)

    def _changed(self) -> dict[str, frozenset[int]]:
        """Give the shards that hold rows that go, with their numbers."""
        asked = "select shard, list(number) from gone group by shard order by shard"
        return {shard: frozenset(numbers) for shard, numbers in self.con.execute(asked).fetchall()}

    def _shards(self) -> list[str]:
        return [self.folder.called(shard) for shard in self.folder.shards]

    def _stubs(self, removed: Path) -> None:
        """Add a file of stubs to those that are there; they stay as they are."""
        removed.mkdir(exist_ok=True)
        columns = from_arrow(self.con.sql(_STUB, params=[self.entry.pattern, self.entry.reason]))
        number = len(list(removed.glob("taken-down-*.parquet")))
        write_table(removed / f"taken-down-{number:05d}.parquet", columns)

    def _judge(self, fresh: Path, figures: Mapping[str, Any]) -> None:
        """Ask the gates again where they were asked; one that fails now is told, and refuses nothing."""
        page = fresh / "validation.json"
        if not page.exists():
            return
        report = judge_new(Folder(fresh, {**self.folder.said, "figures": figures}), settings_of(self.folder), None)
        page.write_text(json.dumps(report.lasting(), indent=1, ensure_ascii=False) + "\n", "utf-8")

    def _stone(self) -> dict[str, Any]:
        return {
            "pattern": self.entry.pattern,
            "reason": self.entry.reason,
            "date": self.date,
            "rows": self.counts.rows,
            "files": self.counts.files,
            "sources": hashed(self._column("select source from lost")),
            "before": self.folder.said["digest"],
        }

    def _entomb(
        self, fresh: Path, stone: Mapping[str, Any], figures: Mapping[str, Any], known: Mapping[str, str]
    ) -> str:
        """Write tombstone and manifest; gives the new digest."""
        said = self.folder.said
        write(fresh, [*tombstones(self.out), stone])
        key = hashlib.blake2b(json.dumps([said["inputs"]["key"], stone], sort_keys=True).encode(), digest_size=16)
        keys = {path: "" if path in self._changed() else one for path, one in said["inputs"]["shards"].items()}
        inputs = {**said["inputs"], "key": key.hexdigest(), "shards": keys}
        return manifest.write(fresh, {"inputs": inputs, "figures": figures}, known)

    def _left(self) -> papers.Left:
        asked = """
            select l.repository, count(s.number), coalesce(list(distinct s.licence) filter (s.number is not null), [])
            from (select distinct repository from lost) l left join stay s using (repository) group by l.repository
        """
        found = self.con.execute(asked).fetchall()
        return papers.Left(
            {name: int(count) for name, count, _ in found},
            {name: sorted(licences) for name, _, licences in found},
            list(self._column("select distinct licence from stay order by 1")),
        )

    def _column(self, asked: str) -> Iterator[str]:
        return (str(row[0]) for row in self.con.execute(asked).fetchall())


def _told(stone: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the card says of a tombstone: neither whom it is about nor hashes."""
    return {name: stone[name] for name in ("date", "reason", "rows", "files")}


def _copy(source: Path, target: Path, *, link: bool) -> None:
    """Have a file there, too: the same one where it will not be written to."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if link:
        try:
            os.link(source, target)
        except OSError:  # not every file system can
            shutil.copyfile(source, target)
        return
    shutil.copyfile(source, target)
