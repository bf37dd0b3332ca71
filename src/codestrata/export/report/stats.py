"""The figures of a dataset that lies in a folder, of whatever recipe and format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import StorageError
from codestrata.export.decide.reasons import REASONS
from codestrata.export.decide.verdicts import TWIN_GONE
from codestrata.export.reading.dataset import Folder
from codestrata.export.reading.rows import USUAL, create, load, quoted
from codestrata.export.report.samples import Sample, samples
from codestrata.export.validate.files import EXTRA, differing
from codestrata.export.write.about import changed
from codestrata.store.tables import connect

if TYPE_CHECKING:
    import duckdb

_ABOUT = {reason.name: reason.about for reason in REASONS}
#: What is asked of rows: no hash of their texts.
_COLUMNS = tuple(name for name in USUAL if name != "digest")
#: Powers of two of bytes from which sizes are told apart, and the last.
_LEAST, _MOST = 7, 20


@dataclass(frozen=True, slots=True)
class Line:
    """Rows of one kind: how many, the bytes of their text, their tokens (-1 where nobody counted)."""

    name: str
    rows: int
    bytes: int
    tokens: int
    about: str = ""


@dataclass(frozen=True, slots=True)
class Stats:
    """Everything that the page shows. ``days``: (day, name, rows, bytes) of the newest commit of each repository.

    ``tokens_by``: what made the figures of tokens, as :func:`codestrata.model.tokens.head` asks; ``damage``: file → why
    it is not the one that the manifest names; what cannot be read is in no figure.
    """

    name: str
    recipe: str
    digest: str
    software: str
    total: Line
    looked_at: int
    splits: Sequence[Line]
    languages: Sequence[Line]
    licences: Sequence[Line]
    classes: Sequence[Line]
    repositories: Sequence[Line]
    sizes: Sequence[tuple[str, int]]
    removed: Sequence[Line]
    twins: Sequence[tuple[str, int]]
    gates: Sequence[Mapping[str, Any]]
    days: Sequence[tuple[str, str, int, int]]
    settings: Mapping[str, Any]
    samples: Sequence[Sample]
    tokens_by: str
    damage: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def stats(path: Path, *, shown: int = 120) -> Stats:
    """Read a dataset's figures, and ``shown`` rows to browse. Raises InvalidInput where there is no dataset."""
    from codestrata.export.validate.check import settings_of

    folder = Folder.at(path)
    con = connect()
    damage = {name: why for name, why in differing(folder) if why != EXTRA} | _load(con, folder)
    settings = settings_of(folder)
    repositories = _lines(con, "repository")
    return Stats(
        name=settings.write.name,
        recipe=folder.recipe,
        digest=str(folder.said["digest"]),
        software=str(folder.said["inputs"].get("software", "")),
        total=_total(con),
        looked_at=int(folder.said["figures"]["files"]),
        splits=_lines(con, "split"),
        languages=_lines(con, "language"),
        licences=_lines(con, "licence"),
        classes=_lines(con, "licence_class"),
        repositories=repositories,
        sizes=_sizes(con),
        removed=list(_removed(con, path, damage)),
        twins=_twins(con, path, damage),
        gates=[] if "validation.json" in damage else _gates(path),
        days=list(_days(folder, repositories)),
        settings={name: value for name, (value, _) in changed(settings).items()},
        samples=samples(con, folder, shown),
        tokens_by=folder.tokens_by,
        damage=damage,
    )


def _load(con: duckdb.DuckDBPyConnection, folder: Folder) -> dict[str, str]:
    """Make table ``rows`` of the shards that can be read; gives the others, with what is wrong."""
    create(con, "rows", _COLUMNS)
    broken = {}
    for shard in folder.first:
        name = folder.called(shard)
        try:
            load(con, "rows", shard, name, _COLUMNS)
        except (StorageError, OSError):
            con.execute("delete from rows where shard = ?", [name])  # half of a shard is no figure
            broken[name] = "cannot be read" if shard.exists() else "is missing"
    return broken


_SUMS = "count(*)::bigint, sum(size)::bigint, sum(greatest(tokens, 0))::bigint"


def _total(con: duckdb.DuckDBPyConnection) -> Line:
    found = con.execute(f"select {_SUMS} from rows").fetchall()[0]
    rows, size, tokens = (int(value or 0) for value in found)
    return Line("all", rows, size, tokens)


def _lines(con: duckdb.DuckDBPyConnection, column: str) -> list[Line]:
    found = con.execute(f"select {column}, {_SUMS} from rows group by 1 order by 3 desc, 1").fetchall()
    return [Line(str(name), int(n), int(size), int(tokens)) for name, n, size, tokens in found]


def _sizes(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Count rows by the size of their text, in powers of two."""
    asked = f"least(greatest(ceil(log2(greatest(size, 1))), {_LEAST}), {_MOST})::int"
    counted = dict(con.execute(f"select {asked}, count(*) from rows group by 1").fetchall())
    return [(_bytes(2**power), int(counted.get(power, 0))) for power in range(_LEAST, _MOST + 1)]


def _bytes(count: int) -> str:
    return f"{count} B" if count < 1024 else f"{count >> 10} KB" if count < 1 << 20 else f"{count >> 20} MB"  # noqa: PLR2004


def _removed(con: duckdb.DuckDBPyConnection, path: Path, damage: Mapping[str, str]) -> Iterable[Line]:
    for files in _stubs(path, damage):
        found = con.execute(
            f"select reason, count(*), sum(greatest(size, 0)) from read_parquet({files}, union_by_name = true)"
            " group by 1 order by 2 desc, 1"
        ).fetchall()
        yield from (Line(str(n), int(k), int(size or 0), -1, _ABOUT.get(str(n), "")) for n, k, size in found)


def _stubs(path: Path, damage: Mapping[str, str]) -> Iterable[str]:
    """Give the files of stubs that say the reason of each, as SQL lists them: none, or one list."""
    found = sorted((path / "removed").glob("removed-*.parquet"))
    listed = [f"'{quoted(one)}'" for one in found if f"removed/{one.name}" not in damage]
    if listed:
        yield f"[{', '.join(listed)}]"


def _twins(con: duckdb.DuckDBPyConnection, path: Path, damage: Mapping[str, str]) -> list[tuple[str, int]]:
    """List the kept files of which most copies went."""
    for files in _stubs(path, damage):
        found = con.execute(
            "select survivor_repository || ':' || survivor_path, count(*) as n"
            f" from read_parquet({files}, union_by_name = true) where survivor_path <> ''"
            f" and not contains(rule, '{TWIN_GONE}') group by 1"
            " having n > 1 order by n desc, 1 limit 12"
        ).fetchall()
        return [(str(name), int(n)) for name, n in found]
    return []


def _gates(path: Path) -> list[Mapping[str, Any]]:
    file = path / "validation.json"
    return list(json.loads(file.read_text("utf-8"))["gates"]) if file.exists() else []


def _days(folder: Folder, lines: Sequence[Line]) -> Iterable[tuple[str, str, int, int]]:
    known = {line.name: line for line in lines}
    for one in folder.said["inputs"]["repositories"]:
        line, when = known.get(one["name"]), int(one.get("committed_at", -1))
        if line is not None and when > 0:
            yield datetime.fromtimestamp(when, UTC).date().isoformat(), line.name, line.rows, line.bytes
