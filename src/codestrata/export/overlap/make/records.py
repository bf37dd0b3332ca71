"""The records of a file: JSON lines, JSON, CSV or Parquet, each with where it stands."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from codestrata.errors import InvalidInput

Record = tuple[str, Mapping[str, Any]]
_FORMATS = "what is read: .jsonl, .ndjson, .json, .csv, .tsv, .parquet, and these with .gz or .zst behind"
_PACKED = {".gz", ".zst"}


def records(path: Path) -> Iterator[Record]:
    """Give the records of a file with where each stands, ``set.jsonl:12``.

    Raises InvalidInput, with the line, for what cannot be read.
    """
    suffixes = [s.lower() for s in path.suffixes]
    kind = next((s for s in reversed(suffixes) if s not in _PACKED), "")
    if kind not in _READERS:
        raise InvalidInput(f"a file of unknown kind {kind or path.name!r}", where=str(path), hint=_FORMATS)
    if kind == ".parquet":
        yield from _parquet(path)
        return
    try:
        text = _unpacked(path, suffixes[-1]).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InvalidInput("not UTF-8", where=f"{path}:{line}") from error
    yield from _READERS[kind](path, text)


def _unpacked(path: Path, suffix: str) -> bytes:
    try:
        raw = path.read_bytes()
        if suffix == ".gz":
            return gzip.decompress(raw)
        if suffix == ".zst":
            import zstandard

            return b"".join(zstandard.ZstdDecompressor().read_to_iter(io.BytesIO(raw)))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidInput(f"cannot be unpacked: {error}", where=str(path)) from error
    except OSError as error:
        raise InvalidInput(error.strerror or str(error), where=str(path)) from error
    except Exception as error:
        if type(error).__name__ != "ZstdError":
            raise
        raise InvalidInput(f"cannot be unpacked: {error}", where=str(path)) from error
    return raw


def _lines(path: Path, text: str) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            where = f"{path}:{number}"
            yield where, _mapping(_json(line, where, 1), where)


def _whole(path: Path, text: str) -> Iterator[Record]:
    """Take a list of records, a mapping of ids to records, or a mapping with one list of records in it."""
    found = _json(text, str(path), None)
    if isinstance(found, Mapping):
        lists = [value for value in found.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        if lists:
            found = max(lists, key=len)
        elif found and all(isinstance(value, dict) for value in found.values()):
            found = [{"task_id": name, **value} for name, value in found.items()]
        else:
            found = [found]
    if not isinstance(found, list):
        raise InvalidInput("no list of records", where=str(path), hint=_FORMATS)
    for number, one in enumerate(found, 1):
        where = f"{path}: record {number}"
        yield where, _mapping(one, where)


def _json(text: str, where: str, line: int | None) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = where if line else f"{where}:{error.lineno}"
        raise InvalidInput(f"no JSON: {error.msg} (column {error.colno})", where=place) from error
    except RecursionError as error:
        raise InvalidInput("JSON that is nested too deeply", where=where) from error


def _mapping(found: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise InvalidInput(f"a record is {type(found).__name__}, not an object with fields", where=where)
    return found


def _table(path: Path, text: str) -> Iterator[Record]:
    csv.field_size_limit(min(sys.maxsize, 1 << 31))
    tabs = ".tsv" in path.suffixes
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if tabs else ",", strict=True)
    last = 1
    try:
        for row in reader:
            last = reader.line_num
            where = f"{path}:{reader.line_num}"
            if None in row or None in row.values():
                raise InvalidInput(f"not as many cells as the {len(reader.fieldnames or ())} columns", where=where)
            yield where, row
    except csv.Error as error:
        raise InvalidInput(f"no CSV: {error}", where=f"{path}:{last + 1}") from error


def _parquet(path: Path) -> Iterator[Record]:
    from codestrata.store.tables import connect

    if not path.is_file():
        raise InvalidInput("no such file", where=str(path))
    con = connect()
    try:
        found = con.execute("select * from read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    except Exception as error:
        raise InvalidInput(f"no Parquet: {str(error).splitlines()[0]}", where=str(path)) from error
    finally:
        con.close()
    for number, row in enumerate(rows, 1):
        yield f"{path}: row {number}", dict(zip(names, row, strict=True))


_READERS: Mapping[str, Callable[[Path, str], Iterator[Record]]] = {
    ".jsonl": _lines,
    ".ndjson": _lines,
    ".json": _whole,
    ".csv": _table,
    ".tsv": _table,
    ".parquet": lambda path, _: _parquet(path),
}
