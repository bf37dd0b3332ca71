"""Rows to browse: some of every language, chosen by a hash, so that the same dataset shows the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from codestrata.export.reading.dataset import Folder
from codestrata.export.reading.records import kind_of, read
from codestrata.export.reading.rows import quoted

if TYPE_CHECKING:
    import duckdb

#: Characters of a text that are shown.
MOST = 6000
#: Columns that are shown beside a row's texts, as far as it has them.
_BESIDE = ("repository", "path", "commit", "language", "licence", "split", "tokens", "size", "lines", "sha256")
#: Columns that repeat what others say.
_SAME = ("source", "origin", "licence_class", "licence_source", "licence_method", "blob", "encoding")
_AGAIN = frozenset({*_BESIDE, *_SAME})


@dataclass(frozen=True, slots=True)
class Sample:
    """One row. ``texts``: column → its text, cut at MOST characters; ``about``: what else it says."""

    source: str
    language: str
    texts: Mapping[str, str]
    about: Mapping[str, str]


def samples(con: duckdb.DuckDBPyConnection, folder: Folder, most: int) -> list[Sample]:
    """Choose rows of table ``rows``, in turn from every language, and read them."""
    chosen = con.execute(
        "select shard, number from (select shard, number, md5(source || shard || number) as h,"
        " row_number() over (partition by language order by md5(source || shard || number)) as turn from rows)"
        f" order by turn, h limit {most}"
    ).fetchall()
    return [sample for shard, numbers in _by_shard(chosen).items() for sample in _read(con, folder, shard, numbers)]


def _by_shard(chosen: Sequence[tuple[Any, ...]]) -> dict[str, list[int]]:
    out: dict[str, list[int]] = {}
    for shard, number in sorted(chosen):
        out.setdefault(str(shard), []).append(int(number))
    return out


def _read(con: duckdb.DuckDBPyConnection, folder: Folder, shard: str, numbers: Sequence[int]) -> Iterator[Sample]:
    path = folder.path / shard
    kind = kind_of(path)
    if kind is None:
        listed = ", ".join(map(str, numbers))
        cursor = con.execute(
            f"select * exclude (file_row_number) from read_parquet('{quoted(path)}', file_row_number = true)"
            f" where file_row_number in ({listed}) order by file_row_number"
        )
        names = [str(column[0]) for column in cursor.description or ()]
        yield from (_sample(dict(zip(names, row, strict=True))) for row in cursor.fetchall())
        return
    wanted = set(numbers)
    records = enumerate(islice(read(path, kind), max(wanted) + 1))
    yield from (_sample(record.row) for number, record in records if number in wanted)


def _sample(row: Mapping[str, Any]) -> Sample:
    held = ((name, value) for name, value in row.items() if isinstance(value, str) and value)
    texts = {name: _cut(value) for name, value in held if name not in _AGAIN}
    about = {name: str(row[name]) for name in _BESIDE if name in row and row[name] not in {"", -1}}
    return Sample(str(row.get("source", "")), str(row.get("language", "")), texts, about)


def _cut(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:MOST]}\n… {len(text) - MOST:,} characters more"
