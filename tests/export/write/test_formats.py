"""Formats of shards: whatever texts hold, they come back, and the bytes depend on the rows alone."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.export.write.formats import FORMATS
from codestrata.export.write.formats.base import AT_ONCE
from codestrata.store.columns import Columns, Varlen, concat, rows, take
from codestrata.store.schema import Field

FIELDS = (
    Field("text", "text", "a text"),
    Field("path", "text", "another"),
    Field("size", "int64", "a number"),
    Field("share", "float32", "a share"),
    Field("good", "bool", "a truth"),
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(['"', '""', "\r", "\n", ",", "\r\n", "NA"])
ROWS = st.lists(
    st.tuples(TEXTS, TEXTS, st.integers(-(1 << 63), (1 << 63) - 1), st.floats(0, 1, width=32), st.booleans()),
    max_size=12,
)
LINES = ("jsonl", "jsonl.zst", "json", "csv", "webdataset")


def columns(listed: list[tuple[Any, ...]]) -> Columns:
    """Make a table of rows."""
    text, path, size, share, good = zip(*listed, strict=True) if listed else ((), (), (), (), ())
    numbers = {"size": np.array(size, np.int64), "share": np.array(share, np.float32), "good": np.array(good, np.bool_)}
    return {"text": Varlen.of(text), "path": Varlen.of(path), **numbers}


def written(name: str, *lots: Columns, level: int = 3) -> bytes:
    """Write rows, lot by lot; the hash that is told is that of the bytes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        sink = FORMATS[name].begin(path, FIELDS, level)
        for lot in lots:
            if rows(lot):
                sink.write(lot)
        assert sink.close() == hashlib.sha256(path.read_bytes()).hexdigest()
        return path.read_bytes()


def read(name: str, data: bytes) -> list[dict[str, Any]]:
    """Read rows with Python's own readers."""
    if name == "csv":
        csv.field_size_limit(sys.maxsize)
        assert data.endswith(b"\r\n")
        found = list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))
        turn = {"size": int, "share": float, "good": "true".__eq__}
        return [{k: turn.get(k, str)(v) for k, v in row.items()} for row in found]
    if name == "webdataset":
        return _samples(data)
    if name == "jsonl.zst":
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return json.loads(data) if name == "json" else [json.loads(line) for line in data.split(b"\n") if line]


def _samples(data: bytes) -> list[dict[str, Any]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        members = [(m.name, archive.extractfile(m).read()) for m in archive]
    assert len({name for name, _ in members}) == len(members)
    texts = {name.partition(".")[0]: body.decode() for name, body in members if name.endswith(".txt")}
    return [
        {"text": texts[name.partition(".")[0]], **json.loads(body)} for name, body in members if name.endswith(".json")
    ]


@pytest.mark.parametrize("name", LINES)
@given(listed=ROWS)
@settings(max_examples=60, deadline=None)
def test_rows_come_back(name: str, listed: list[tuple[Any, ...]]) -> None:
    """Every text and number is what it was; CSV alone cannot hold a NUL and says U+FFFD for it."""
    found = read(name, written(name, columns(listed)))
    want = [dict(zip(("text", "path", "size", "share", "good"), row, strict=True)) for row in listed]
    if name == "csv":
        lost = {"text", "path"}
        want = [{k: v.replace("\0", "\ufffd") if k in lost else v for k, v in row.items()} for row in want]
    for row, wanted in zip(found, want, strict=True):
        assert np.float32(row.pop("share")) == np.float32(wanted.pop("share"))
        assert row == wanted


@pytest.mark.parametrize("name", LINES)
@given(listed=ROWS, cut=st.integers(0, 12))
@settings(max_examples=30, deadline=None)
def test_lots_do_not_matter(name: str, listed: list[tuple[Any, ...]], cut: int) -> None:
    """However rows come, some at a time or all at once, the bytes are the same."""
    table, low = columns(listed), min(cut, len(listed))
    first, rest = take(table, np.arange(low)), take(table, np.arange(low, len(listed)))
    assert written(name, first, rest) == written(name, table)


@pytest.mark.parametrize("name", LINES)
def test_more_text_than_is_held_at_once(name: str) -> None:
    """Rows larger than what becomes Python objects at once are whole, and so is what is around them."""
    listed = [("a" * size, "p", size, 0.5, True) for size in (AT_ONCE * 2, 3, AT_ONCE - 1, AT_ONCE, 0)]
    assert [len(row["text"]) for row in read(name, written(name, columns(listed)))] == [row[2] for row in listed]


def test_rows_that_are_the_same_have_keys_of_their_own() -> None:
    """A tar file holds both, one after the other, and a loader tells them apart."""
    table = columns([("a", "p", 1, 0.5, True)])
    assert len(read("webdataset", written("webdataset", concat([table, table, table])))) == 3


def test_the_level_is_heeded_by_what_is_packed() -> None:
    """More work gives fewer bytes of zstd, and changes no other format."""
    table = columns([(" ".join(str(n * k) for n in range(400)), "p", k, 0.5, True) for k in range(50)])
    assert len(written("jsonl.zst", table, level=12)) < len(written("jsonl.zst", table, level=1))
    for name in ("jsonl", "json", "csv", "webdataset", "parquet"):
        assert written(name, table, level=12) == written(name, table, level=1)


def test_single_floats_are_written_as_people_write_them() -> None:
    """0.99 is 0.99 and not 0.9900000095367432."""
    assert b'"share":0.99,' in written("jsonl", columns([("a", "p", 1, np.float32(0.99), True)]))


@pytest.mark.parametrize("name", list(FORMATS))
def test_no_rows_are_a_file_too(name: str) -> None:
    """A file without rows can be read."""
    data = written(name, columns([]))
    if name == "parquet":
        import pyarrow.parquet as pq

        assert pq.read_table(io.BytesIO(data)).num_rows == 0
    else:
        assert read(name, data) == []
