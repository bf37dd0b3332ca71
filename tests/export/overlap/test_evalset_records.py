"""Any evaluation set given as a file is read; what cannot be is refused with the place."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from codestrata.errors import InvalidInput
from codestrata.export.overlap.make import build, problems, records
from codestrata.store.tables import connect

from . import planted

ROWS = [
    {"task_id": f"T/{i}", "prompt": f"Weigh the lantern number {i} and tell", "canonical_solution": f"return {i}"}
    for i in range(3)
]


def read(path: Path, *named: str, ids: str = "") -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Read a file: id, prompts and solutions of each problem."""
    return [(p.id, p.texts["prompt"], p.texts["solution"]) for p in problems(records(path), named, ids)]


WANTED = [(row["task_id"], (row["prompt"],), (row["canonical_solution"],)) for row in ROWS]


def as_lines(rows: list[dict[str, str]]) -> bytes:
    """Write JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


NAMES = ("a.jsonl", "b.jsonl.gz", "c.jsonl.zst", "d.json", "e.csv", "f.tsv", "g.ndjson", "h.json.gz")


@pytest.mark.parametrize("name", NAMES)
def test_every_format_gives_the_same(tmp_path: Path, name: str) -> None:
    """JSON lines, JSON, CSV, with and without compression."""
    raw = as_lines(ROWS)
    if ".json." in name or name.endswith(".json"):
        raw = json.dumps(ROWS).encode()
    elif name.endswith((".csv", ".tsv")):
        comma = "," if name.endswith(".csv") else "\t"
        raw = "\r\n".join(comma.join(row) for row in [tuple(ROWS[0]), *(tuple(row.values()) for row in ROWS)]).encode()
    packed = {"gz": gzip.compress, "zst": zstandard.ZstdCompressor().compress}.get(name.rsplit(".", 1)[-1])
    (tmp_path / name).write_bytes(packed(raw) if packed else raw)
    assert read(tmp_path / name) == WANTED


def test_parquet(tmp_path: Path) -> None:
    """A Parquet file is read with its lists."""
    source, target = tmp_path / "a.jsonl", tmp_path / "a.parquet"
    source.write_bytes(as_lines(ROWS))
    connect().execute(f"copy (select * from read_json_auto('{source}')) to '{target}' (format parquet)")
    assert read(target) == WANTED


def test_json_of_other_shapes(tmp_path: Path) -> None:
    """A mapping of ids to records, and one with the list of records somewhere in it."""
    by_id, inside = tmp_path / "a.json", tmp_path / "b.json"
    by_id.write_text(json.dumps({row["task_id"]: {k: v for k, v in row.items() if k != "task_id"} for row in ROWS}))
    inside.write_text(json.dumps({"version": 1, "data": ROWS}))
    assert read(by_id) == read(inside) == WANTED


def test_fields_by_other_names(tmp_path: Path) -> None:
    """MBPP's names are known, nested ones can be told, lists and lists written as text are taken apart."""
    mbpp, other = tmp_path / "mbpp.jsonl", tmp_path / "other.jsonl"
    row = {"task_id": 11, "text": "Tell it", "code": "def f(): pass", "test_list": ["assert f()"]}
    mbpp.write_text(json.dumps(row))
    assert read(mbpp) == [("11", ("Tell it",), ("def f(): pass",))]
    other.write_text(json.dumps({"meta": {"q": "Tell it"}, "answers": '["one()", "two()"]', "n": 7}))
    assert read(other, "prompt=meta.q", "solution=answers", "id=n") == [("7", ("Tell it",), ("one()", "two()"))]


def test_a_range_of_ids(tmp_path: Path) -> None:
    """Of MBPP only 11 to 510 is the test set."""
    path = tmp_path / "mbpp.jsonl"
    path.write_bytes(as_lines([{"task_id": str(i), "text": f"problem {i}"} for i in range(1, 975)]))
    assert [name for name, *_ in read(path, ids="11-510")] == [str(i) for i in range(11, 511)]


@pytest.mark.parametrize(
    ("name", "text", "place", "said"),
    [
        ("a.jsonl", '{"prompt": "x"}\n\n{"prompt": \n', ":3", "no JSON"),
        ("a.jsonl", '{"prompt": "x"}\n[1]\n', ":2", "not an object"),
        ("a.jsonl", '{"colour": "red", "size": 1}\n', ":1", "among colour, size"),
        ("a.jsonl", "", "the file", "no record"),
        ("a.json", '[\n{"prompt": 1},\n}', ":3", "no JSON"),
        ("a.json", "3", "a.json", "no list"),
        ("a.csv", "prompt,code\na,b\nc,d,e\n", ":3", "cells"),
        ("a.csv", 'prompt,code\n"a,b\n', ":2", "no CSV"),
        ("a.parquet", "PAR0", "a.parquet", "no Parquet"),
        ("a.jsonl.gz", "PAR0", "a.jsonl.gz", "unpacked"),
        ("a.jsonl.zst", "PAR0", "a.jsonl.zst", "unpacked"),
        ("a.txt", "x", "a.txt", "unknown kind"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, text: str, place: str, said: str) -> None:
    """One line: where, what, and what to do."""
    (tmp_path / name).write_text(text)
    with pytest.raises(InvalidInput) as told:
        read(tmp_path / name)
    assert told.value.where.endswith(place)
    assert said in told.value.message


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """The line is named in which a byte is not UTF-8."""
    (tmp_path / "a.jsonl").write_bytes(b'{"prompt": "x"}\n{"prompt": "\xff"}\n')
    with pytest.raises(InvalidInput, match=r"a\.jsonl:2: not UTF-8"):
        read(tmp_path / "a.jsonl")


def test_names_that_do_not_exist(tmp_path: Path) -> None:
    """A role or a field that there is not, a range that is none, a file that is not there."""
    (tmp_path / "a.jsonl").write_bytes(as_lines(ROWS))
    for named, said in (("colour=x", "names no field"), ("prompt", "names no field"), ("prompt=x", "no field 'x'")):
        with pytest.raises(InvalidInput, match=said):
            read(tmp_path / "a.jsonl", named)
    with pytest.raises(InvalidInput, match="no range"):
        read(tmp_path / "a.jsonl", ids="9-3")
    with pytest.raises(InvalidInput, match="no problem is left"):
        read(tmp_path / "a.jsonl", ids="7-9")
    with pytest.raises(InvalidInput, match="No such file"):
        read(tmp_path / "b.jsonl")


def test_half_a_surrogate_pair(tmp_path: Path) -> None:
    """What JSON can say and no text can hold does not stop anything."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"prompt": "\ud800 weigh the lantern before the harbour bell " * 3}))
    assert len(build("x", problems(records(path)), 10, {})["grams"])


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    """A list depends on the problems and on nothing else."""
    path = planted.write(tmp_path / "a.jsonl")
    one, two = (build("x", problems(records(path)), 10, {}).to_bytes() for _ in range(2))
    assert one == two
