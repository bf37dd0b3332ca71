"""Parquet files put together from column chunks, read back by everybody's readers."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.store.columns import Varlen
from codestrata.store.parquet import Coded, ParquetFile, Placed, Prefixed, encode, write_table
from codestrata.store.parquet import chunks as module
from codestrata.store.parquet import file as file_module
from codestrata.store.tables import Tables

COLUMNS = (
    *(("text", "text"), ("language", "text"), ("one", "text"), ("raw", "binary"), ("sure", "float32")),
    *(("wide", "float64"), ("marked", "bool"), ("size", "int64"), ("small", "int32"), ("hash", "uint64")),
)
WORDS = ["", "C", "Python", "ü"]


def table(count: int, seed: int = 1) -> dict[str, list]:
    """Make rows of every kind of column."""
    random = np.random.default_rng(seed)
    numbers = random.integers(-(2**62), 2**62, count)
    return {
        "text": ["zeile €\n" * int(n) for n in random.integers(0, 40, count)],
        "language": [WORDS[n] for n in random.integers(0, len(WORDS), count)],
        "one": ["the same"] * count,
        "raw": [random.bytes(int(n)) for n in random.integers(0, 30, count)],
        "sure": random.random(count).astype(np.float32).tolist(),
        "wide": random.standard_normal(count).tolist(),
        "marked": (random.random(count) > 0.5).tolist(),
        "size": numbers.tolist(),
        "small": (numbers >> 32).astype(np.int32).tolist(),
        "hash": numbers.astype(np.uint64).tolist(),
    }


def encoded(rows: dict[str, list]) -> list:
    """Encode every column, words as words."""
    used = sorted(set(rows["language"]))
    codes = np.array([used.index(word) for word in rows["language"]], np.int64)
    kinds = {"sure": "f4", "wide": "f8", "marked": "?", "size": "i8", "small": "i4", "hash": "u8"}
    columns = {
        **{name: np.array(rows[name], kind) for name, kind in kinds.items()},
        "text": Varlen.of(rows["text"]),
        "raw": Varlen.of(rows["raw"], text=False),
        "language": Coded(codes, Varlen.of(used)),
        "one": Coded(np.zeros(len(codes), np.int64), Varlen.of(["the same"])),
    }
    return [encode(columns[name]) for name, _ in COLUMNS]


def write(path: Path, groups: list[dict[str, list]]) -> ParquetFile:
    """Write row groups."""
    with ParquetFile(path, COLUMNS) as file:
        for rows in groups:
            file.add(encoded(rows))
    return file


def joined(groups: list[dict[str, list]]) -> dict[str, list]:
    """Put groups end to end."""
    return {name: [value for rows in groups for value in rows[name]] for name, _ in COLUMNS}


@pytest.mark.parametrize("counts", [[1], [9], [40_000], [1, 7, 8, 3000], []])
def test_every_reader_gives_the_rows_back(tmp_path, counts):
    """pyarrow, pandas, polars and DuckDB read the same rows, in order, with their types."""
    groups = [table(count, seed) for seed, count in enumerate(counts)]
    file, want = write(tmp_path / "x.parquet", groups), joined(groups)
    assert file.rows == sum(counts)
    assert pq.read_table(file.path).to_pydict() == want
    assert pl.read_parquet(file.path).to_dict(as_series=False) == want
    assert {name: list(column) for name, column in pd.read_parquet(file.path).items()} == want
    found = duckdb.sql(f"from '{file.path}'")
    assert [tuple(row) for row in found.fetchall()] == list(zip(*want.values(), strict=True))


def test_the_hash_is_that_of_the_file(tmp_path):
    """SHA-256 is kept while the file is written."""
    file = write(tmp_path / "x.parquet", [table(100)])
    assert file.sha256 == hashlib.sha256(file.path.read_bytes()).hexdigest()


def test_a_copied_chunk_is_the_same(tmp_path):
    """A file made of chunks that lie in another file has the bytes of one made at once."""
    rows = table(5000)
    chunks = encoded(rows)
    with ParquetFile(tmp_path / "a.parquet", COLUMNS) as first:
        offsets = first.add(chunks)
    placed = [[Placed(chunk, first.path, at)] for chunk, at in zip(chunks, offsets, strict=True)]
    with ParquetFile(tmp_path / "b.parquet", COLUMNS) as second:
        second.add(placed)
    assert second.path.read_bytes() == first.path.read_bytes()


def test_a_chunk_that_is_cut_off_is_an_error(tmp_path):
    """A file shorter than its chunks is never passed on."""
    chunks = encoded(table(50))
    (tmp_path / "short").write_bytes(b"PAR1")
    with (
        pytest.raises(OSError, match="ends within"),
        ParquetFile(tmp_path / "x.parquet", COLUMNS) as file,
    ):
        file.add([[Placed(chunk, tmp_path / "short", 4)] for chunk in chunks])


def test_filters_are_answered_from_statistics(tmp_path):
    """The smallest and largest values let a reader leave row groups out, and are right."""
    groups = [table(50, seed) for seed in range(3)]
    file = write(tmp_path / "x.parquet", groups)
    about = pq.ParquetFile(file.path).metadata
    for k, rows in enumerate(groups):
        for i, (name, kind) in enumerate(COLUMNS):
            said = about.row_group(k).column(i).statistics
            if kind in {"int64", "int32", "uint64", "float64", "float32"} or name in {"language", "one"}:
                assert (said.min, said.max) == (min(rows[name]), max(rows[name]))
            else:
                assert said is None
    want = [size for rows in groups for size in rows["size"] if size > 2**61]
    assert [n for (n,) in duckdb.sql(f"select size from '{file.path}' where size > {2**61}").fetchall()] == want


def test_not_a_number_has_no_order(tmp_path):
    """A column with NaN has no statistics: no reader may leave rows out because of them."""
    values = np.array([1.0, np.nan, 3.0])
    with ParquetFile(tmp_path / "x.parquet", [("x", "float64")]) as file:
        file.add([encode(values)])
    assert pq.ParquetFile(file.path).metadata.row_group(0).column(0).statistics is None
    np.testing.assert_array_equal(pq.read_table(file.path)["x"].to_numpy(), values)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=200), st.integers(0, 9))
@settings(deadline=None, max_examples=50)
def test_words_of_any_number(tmp_path_factory, codes, repeat):
    """Codes of one to nine bits, in runs or not, name the right words."""
    used = sorted(set(codes))
    column = Coded(np.repeat([used.index(c) for c in codes], repeat + 1), Varlen.of([f"w{c}" for c in used]))
    path = tmp_path_factory.mktemp("words") / "x.parquet"
    with ParquetFile(path, [("w", "text")]) as file:
        file.add([encode(column)])
    want = [f"w{c}" for c in codes for _ in range(repeat + 1)]
    assert pq.read_table(path)["w"].to_pylist() == want
    assert pl.read_parquet(path)["w"].to_list() == want


def test_pages_stay_small(tmp_path, monkeypatch):
    """A long column is many pages; a value longer than a page has one of its own."""
    monkeypatch.setattr(module, "PAGE", 1000)
    texts = ["x" * n for n in (10, 5000, 990, 3, 2000, 0)] * 30
    with ParquetFile(tmp_path / "x.parquet", [("t", "text"), ("n", "int64")]) as file:
        file.add([encode(Varlen.of(texts)), encode(np.arange(len(texts)))])
    assert pq.read_table(file.path)["t"].to_pylist() == texts
    assert duckdb.sql(f"select sum(n) from '{file.path}'").fetchall() == [(sum(range(len(texts))),)]


def test_prefixed_strings_are_filled_in_any_order():
    """Room is made by lengths; strings are put in afterwards."""
    rows = [b"alpha", b"", b"be"]
    room = Prefixed.of_lengths(np.array([len(r) for r in rows], np.int64))
    for k in (2, 0, 1):
        room.body[room.places[k] : room.places[k] + len(rows[k])] = np.frombuffer(rows[k], np.uint8)
    assert encode(room) == encode(Varlen.of(rows, text=False))


def test_chunks_that_lie_elsewhere_make_one(tmp_path):
    """Chunks of several files become one chunk, in order; those with words of their own cannot."""
    texts = [["a", "bb" * 900_000], [""] * 7, ["c€"]]
    placed = []
    for number, rows in enumerate(texts):
        chunk = encode(Varlen.of(rows))
        with ParquetFile(tmp_path / f"{number}", [("t", "text")]) as file:
            placed.append(Placed(chunk, file.path, file.add([chunk])[0]))
    with ParquetFile(tmp_path / "x.parquet", [("t", "text"), ("n", "int64")]) as file:
        file.add([placed, encode(np.arange(10))])
    want = [text for rows in texts for text in rows]
    assert pq.ParquetFile(file.path).num_row_groups == 1
    assert pq.read_table(file.path)["t"].to_pylist() == want
    assert pl.read_parquet(file.path)["t"].to_list() == want
    assert [t for (t,) in duckdb.sql(f"select t from '{file.path}' order by n").fetchall()] == want
    worded = encode(Coded(np.zeros(3, np.int64), Varlen.of(["w"])))
    with ParquetFile(tmp_path / "y", [("t", "text")]) as file:
        one = Placed(worded, file.path, file.add([worded])[0])
    with pytest.raises(ValueError, match="words"), ParquetFile(tmp_path / "z", [("t", "text")]) as file:
        file.add([[one, one]])


@pytest.mark.parametrize("count", [0, 1, 300, 5000])
def test_a_table_comes_back_through_duckdb(tmp_path, monkeypatch, count):
    """Every kind of column that a table may have is read as it was written, over several row groups."""
    monkeypatch.setattr(file_module, "_GROUP", 2000)
    random = np.random.default_rng(2)
    names = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    columns = {name: random.integers(0, 256, (count, 8), np.uint8).view("u8")[:, 0].astype(name) for name in names}
    columns |= {
        "f": random.random(count).astype(np.float32),
        "d": random.random(count),
        "b": random.random(count) > 0.5,
    }
    columns |= {
        "few": Varlen.of([WORDS[n] for n in random.integers(0, 4, count)]),
        "many": Varlen.of([f"{n}€" for n in random.integers(0, 10**9, count)]),
        "bytes": Varlen.of([random.bytes(20) for _ in range(count)], text=False),
    }
    tables = Tables(tmp_path)
    written = tables.write("t", columns)
    assert written.rows == count
    assert written.sha256 == hashlib.sha256((tmp_path / written.path).read_bytes()).hexdigest()
    found = tables.read([written])
    for name, column in columns.items():
        if isinstance(column, Varlen):
            assert list(found[name]) == list(column)
            assert found[name].text == column.text
        else:
            assert found[name].dtype == column.dtype
            np.testing.assert_array_equal(found[name], column)
    assert tables.write("t", columns) == written


@pytest.mark.parametrize(("kind", "large"), [("uint32", 2**31 + 5), ("uint64", 2**63 + 5)])
def test_large_unsigned_numbers_are_ordered_as_such(tmp_path, kind, large):
    """Whoever filters by the statistics finds the row."""
    write_table(tmp_path / "x.parquet", {"v": np.array([1, large, 7], kind)})
    said = pq.ParquetFile(tmp_path / "x.parquet").metadata.row_group(0).column(0).statistics
    assert (said.min, said.max) == (1, large)
    for value in (1, large, 7):
        asked = pc.field("v") == pa.scalar(value, pa.type_for_alias(kind))
        found = pq.read_table(tmp_path / "x.parquet", filters=asked)
        assert found["v"].to_pylist() == [value]
        assert duckdb.sql(f"select v from '{tmp_path}/x.parquet' where v = {value}").fetchall() == [(value,)]
