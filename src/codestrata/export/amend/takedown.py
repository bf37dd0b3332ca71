"""Takedown: rows leave a dataset that was published; only the shards that hold them are written again."""

from __future__ import annotations

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
from codestrata.export.amend.matching import mark
from codestrata.export.amend.shards import without
from codestrata.export.amend.tombstones import NAME, hashed, tombstones, write
from codestrata.export.policy import Entry
from codestrata.export.reading.dataset import ROWS, Folder, load
from codestrata.export.validate.check import judge_new, settings_of
from codestrata.export.write import manifest
from codestrata.export.write.publish import aside, check_target
from codestrata.settings.write import WriteSettings
from codestrata.store.columns import from_arrow
from codestrata.store.parquet import write_table
from codestrata.store.tables import Tables, file_sha256

if TYPE_CHECKING:
    import duckdb

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
    con.execute(f"create table rows ({ROWS})")
    for shard in folder.shards:
        load(con, "rows", shard, shard.relative_to(out).as_posix())
    if not mark(con, folder, entry):
        digest = str(folder.said["digest"])
        return TakenDown(out, entry.pattern, 0, 0, (), digest, digest)
    return _Takedown(folder, tables, con, entry, date).carry_out()


def _sound(folder: Folder) -> None:
    """Raise StorageError for a shard that is not the manifest's: written again, damage would pass for its rows."""
    said = {one["path"]: one["sha256"] for one in folder.said["files"]}
    for shard in folder.shards:
        path = shard.relative_to(folder.path).as_posix()
        if file_sha256(shard) != said.get(path):
            hint = "strata dataset validate says more; build the dataset again"
            raise StorageError("is damaged: the manifest has another SHA-256", where=path, hint=hint)


class _Takedown:
    """One takedown: tables **rows** and **gone** say what there is and what goes."""

    def __init__(self, folder: Folder, tables: Tables, con: duckdb.DuckDBPyConnection, entry: Entry, date: str) -> None:
        self.folder, self.tables, self.con, self.entry, self.date = folder, tables, con, entry, date
        self.out = folder.path.absolute()
        once = [shard.relative_to(folder.path).as_posix() for shard in folder.first]
        con.execute("create table once as select unnest(?) as shard", [once])
        for name, kind in (("lost", "semi"), ("stay", "anti")):
            con.execute(
                f"create table {name} as select * from rows {kind} join gone using (shard, number)"
                " semi join once using (shard)"
            )

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
            raise StorageError(str(error), where=str(self.out), hint="free some disk space and run again") from error
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
        left, gone = self._left(), self._gone()
        papers.attribution(fresh, left)
        self._judge(fresh, gone)
        papers.documents(fresh, {hashes[path]: digest for path, digest in renewed.items()}, left, shards)
        known = {path: digest for path, digest in hashes.items() if path.startswith("removed/")} | shards
        after = self._entomb(fresh, gone, left, known)
        rows, before = self._count("lost"), str(said["digest"])
        return TakenDown(self.folder.path, self.entry.pattern, rows, gone["files"], (*changed,), before, after)

    def _changed(self) -> dict[str, frozenset[int]]:
        """Give the shards that hold rows that go, with their numbers."""
        asked = "select shard, list(number) from gone group by shard order by shard"
        return {shard: frozenset(numbers) for shard, numbers in self.con.execute(asked).fetchall()}

    def _shards(self) -> list[str]:
        return [shard.relative_to(self.folder.path).as_posix() for shard in self.folder.shards]

    def _stubs(self, removed: Path) -> None:
        """Add a file of stubs to those that are there; they stay as they are."""
        removed.mkdir(exist_ok=True)
        columns = from_arrow(self.con.sql(_STUB, params=[self.entry.pattern, self.entry.reason]))
        number = len(list(removed.glob("taken-down-*.parquet")))
        write_table(removed / f"taken-down-{number:05d}.parquet", columns)

    def _judge(self, fresh: Path, gone: Mapping[str, Any]) -> None:
        """Ask the gates again where they were asked; one that fails now is told, and refuses nothing."""
        page = fresh / "validation.json"
        if not page.exists():
            return
        said = {**self.folder.said, "figures": papers.reduced(self.folder.said["figures"], gone)}
        report = judge_new(Folder(fresh, said), settings_of(self.folder), None)
        page.write_text(json.dumps(report.lasting(), indent=1, ensure_ascii=False) + "\n", "utf-8")

    def _entomb(self, fresh: Path, gone: Mapping[str, Any], left: papers.Left, known: Mapping[str, str]) -> str:
        """Write tombstone, card and manifest; gives the new digest."""
        said = self.folder.said
        told = {
            "pattern": self.entry.pattern,
            "reason": self.entry.reason,
            "date": self.date,
            "rows": self._count("lost"),
            "files": gone["files"],
            "sources": hashed(self._column("select source from lost")),
            "before": said["digest"],
        }
        earlier = tombstones(self.out)
        papers.card(fresh, [*earlier, told], left.nobodys)
        figures = papers.reduced(said["figures"], gone)
        papers.counts(fresh, figures)
        (fresh / NAME).unlink(missing_ok=True)
        told["after"] = manifest.digest(manifest.list_files(fresh, known))
        write(fresh, [*earlier, told])
        key = hashlib.blake2b(json.dumps([said["inputs"]["key"], told], sort_keys=True).encode(), digest_size=16)
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

    def _gone(self) -> dict[str, Any]:
        """Count what goes; files are those that have no row any more, and only rows that are files have their bytes."""
        con, whole = self.con, self.folder.recipe == "pretrain"
        con.execute(
            f"create table files as select any_value(language) as language, any_value(licence) as licence,"
            f" {'any_value(size)' if whole else '0'} as size from lost anti join stay using (repository, path)"
            " group by repository, path"
        )
        by = "count(*)::bigint, coalesce(sum(size), 0)::bigint"
        ((files, size),) = con.execute(f"select {by} from files").fetchall()
        splits = con.execute(f"select split, {by} from lost group by split").fetchall()
        groups = {}
        for name in ("language", "licence"):
            found = con.execute(f"select {name}, {by} from files group by 1").fetchall()
            groups[f"{name}s"] = {one: (int(n), int(b)) for one, n, b in found}
        rows, text = ({split: int(figures[k]) for split, *figures in splits} for k in (0, 1))
        return {"rows": rows, "text": text, "files": int(files), "bytes": int(size), **groups}

    def _count(self, table: str) -> int:
        return int(self.con.execute(f"select count(*) from {table}").fetchall()[0][0])

    def _column(self, asked: str) -> Iterator[str]:
        return (str(row[0]) for row in self.con.execute(asked).fetchall())


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
