"""The rows of shards that are text or tar: each as the very bytes it stands in, and as names and values.

Put end to end between what ``frame`` gives, the bytes of all records are the file again.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestrata.errors import StorageError
from codestrata.settings.write import WriteSettings

_BLOCK, _TAPE = 512, 10_240
#: One cell of a record as :mod:`codestrata.export.write.formats.values` writes it.
_CELL = re.compile(rb'(?:\A|,)("[^"]*(?:""[^"]*)*"|[^,"]*)')


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its bytes in the file (unpacked), and what they say."""

    raw: bytes
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of shard: ``split`` gives the records of a file's bytes, ``join`` a file's bytes of records."""

    split: Callable[[bytes], Iterator[Record]]
    join: Callable[[bytes, Sequence[bytes]], bytes]


def kind_of(path: Path) -> Kind | None:
    """Give the kind of a shard by its name; None for Parquet, whose rows have no bytes of their own."""
    return next((kind for ending, kind in KINDS.items() if path.name.endswith(ending)), None)


def read(path: Path, kind: Kind) -> Iterator[Record]:
    """Give the records of a file. Raises StorageError where it is damaged."""
    try:
        yield from kind.split(unpacked(path))
    except (ValueError, KeyError, tarfile.TarError) as error:
        raise StorageError(f"cannot be read: {error}", where=str(path), hint="build the dataset again") from error


def unpacked(path: Path) -> bytes:
    """Read a file; what is under zstd as what is in it."""
    data = path.read_bytes()
    if path.suffix != ".zst":
        return data
    import zstandard

    try:
        return zstandard.ZstdDecompressor().decompressobj().decompress(data)
    except zstandard.ZstdError as error:
        raise StorageError(f"cannot be read: {error}", where=str(path), hint="build the dataset again") from error


def packed(path: Path, data: bytes, settings: WriteSettings) -> bytes:
    """Give what a file of this name has to hold for these bytes."""
    if path.suffix != ".zst":
        return data
    import zstandard

    packer = zstandard.ZstdCompressor(level=settings.zstd_level, write_checksum=True).compressobj()
    return packer.compress(data) + packer.flush()


def _lines(data: bytes) -> Iterator[Record]:
    import msgspec

    for line in data.splitlines(keepends=True):  # JSON writes line ends inside of texts otherwise
        if line.strip():
            yield Record(line, msgspec.json.decode(line))


def _join(_old: bytes, records: Sequence[bytes]) -> bytes:
    return b"".join(records)


def _array(data: bytes) -> Iterator[Record]:
    """Give the rows of an array that has one on each line."""
    import msgspec

    for line in data.strip().removeprefix(b"[").removesuffix(b"]").split(b"\n"):
        bare = line.removesuffix(b",")
        if bare.strip():
            yield Record(bare, msgspec.json.decode(bare))


def _join_array(_old: bytes, records: Sequence[bytes]) -> bytes:
    return b"[\n" + b",\n".join(records) + b"\n]\n" if records else b"[]\n"


def _values(data: bytes) -> Iterator[Record]:
    """Give the records of a CSV file that ends its lines as RFC 4180 says."""
    lines = iter(_whole(data))
    names = _cells(next(lines, b""))
    for raw in lines:
        yield Record(raw, dict(zip(names, _cells(raw), strict=True)))


def _whole(data: bytes) -> Iterator[bytes]:
    """Cut where a line ends outside of quotes."""
    held: list[bytes] = []
    quotes = 0
    for line in data.split(b"\r\n"):
        held.append(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            if raw := b"\r\n".join(held):
                yield raw + b"\r\n"
            held, quotes = [], 0


def _cells(raw: bytes) -> list[Any]:
    """Give the cells of a record: texts, which are in quotes, and what else there is as Python has it."""
    cells = (found[1] for found in _CELL.finditer(raw.removesuffix(b"\r\n")))
    return [cell[1:-1].replace(b'""', b'"').decode() if cell[:1] == b'"' else _word(cell.decode()) for cell in cells]


def _word(text: str) -> Any:
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if text.removeprefix("-").isdecimal() else float(text)


def _join_values(old: bytes, records: Sequence[bytes]) -> bytes:
    return b"".join([next(_whole(old), b""), *records])


def _samples(data: bytes) -> Iterator[Record]:
    """Give the samples of a tar file: members of one key, one after the other."""
    import msgspec

    held: dict[str, bytes] = {}
    key, start, end = "", 0, 0
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            name, _, kind = member.name.partition(".")
            if name != key and held:
                yield Record(data[start:end], _sample(held, msgspec.json.decode))
                held, start = {}, member.offset
            key = name
            held[kind] = data[member.offset_data : member.offset_data + member.size]
            end = member.offset_data + -(-member.size // _BLOCK) * _BLOCK
    if held:
        yield Record(data[start:end], _sample(held, msgspec.json.decode))


def _sample(held: Mapping[str, bytes], decode: Callable[[bytes], Any]) -> dict[str, Any]:
    texts = {kind: part.decode() for kind, part in held.items() if kind != "json"}
    return {**decode(held["json"]), **({"text": texts["txt"]} if "txt" in texts else {})}


def _join_samples(_old: bytes, records: Sequence[bytes]) -> bytes:
    whole = b"".join(records) + bytes(2 * _BLOCK)
    return whole + bytes(-len(whole) % _TAPE)


#: How a shard's name ends → what it is.
KINDS: Mapping[str, Kind] = {
    ".jsonl": Kind(_lines, _join),
    ".jsonl.zst": Kind(_lines, _join),
    ".json": Kind(_array, _join_array),
    ".csv": Kind(_values, _join_values),
    ".tar": Kind(_samples, _join_samples),
}
