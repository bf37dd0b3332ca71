"""Reading what earlier datasets hold: from their index, or, where they have none, measured from their texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import varlen
from codestrata.export.dedup import array
from codestrata.export.earlier.schema import FOLDER, INDEX
from codestrata.kernels.measure import measure
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Columns, Varlen, blank, concat, take

if TYPE_CHECKING:
    from codestrata.store.tables import Tables

#: Suffix of a shard → what reads it; of other kinds (tar) no text is read, so nothing in them is anybody's near twin.
_JSON = """read_json('{{}}', format = '{}', compression = '{}', maximum_object_size = 134217728,
    columns = {{{{blob: 'VARCHAR', text: 'VARCHAR', repository: 'VARCHAR', path: 'VARCHAR'}}}})"""
_READERS = {
    ".parquet": "read_parquet('{}')",
    ".jsonl": _JSON.format("newline_delimited", "none"),
    ".zst": _JSON.format("newline_delimited", "zstd"),
    ".json": _JSON.format("array", "none"),
    ".csv": "read_csv('{}', all_varchar = true, header = true, max_line_size = 134217728)",
}
#: What an index of old calls a column.
_ONCE = {"lexemes": "tokens"}


@dataclass(frozen=True, slots=True)
class Earlier:
    """The contents of earlier datasets, each once: the columns of INDEX, and the folder that each is from."""

    columns: Columns
    signatures: NDArray[np.uint16]
    folder: NDArray[np.int32]
    folders: Sequence[Path]
    _lock: Lock = field(default_factory=Lock)

    @property
    def blobs(self) -> Varlen:
        """Give the object ids."""
        return varlen(self.columns, "blob")

    @property
    def shingles(self) -> NDArray[np.int32]:
        """Give how many windows of five words each has."""
        return np.asarray(self.columns["shingles"], np.int32)

    def read(
        self, tables: Tables, wanted: NDArray[np.int64]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]]:
        """Read some contents, by number, as the datasets have them; what cannot be read does not come."""
        for number, folder in enumerate(self.folders):
            mine = wanted[self.folder[wanted] == number]
            asked = {"hex": _hexadecimal(self.blobs.take(mine)), "number": mine}
            left = np.ones(len(self.folder), np.bool_)
            for shard in _shards(folder) if len(mine) else ():
                with self._lock:  # one connection, any number of threads
                    found = tables.query(
                        f'select number, text from {shard} d join wanted_ on d."blob" = wanted_.hex', wanted_=asked
                    )
                numbers, rows = np.unique(np.asarray(found["number"], np.int64), return_index=True)
                rows, numbers = rows[left[numbers]], numbers[left[numbers]]
                left[numbers] = False
                if len(rows):
                    texts = varlen(found, "text").take(rows)
                    yield numbers, texts.data, texts.offsets


def load(tables: Tables, folders: Sequence[Path], scratch: Path) -> Earlier:
    """Read what some datasets hold."""
    parts = [part for number, folder in enumerate(folders) for part in _parts(tables, folder, number)]
    parts.append({f.name: blank(0, f.kind) for f in INDEX} | {"folder": np.zeros(0, np.int32)})
    whole = concat(parts)
    blobs = varlen(whole, "blob")
    _, firsts = distinct(blobs.data, blobs.offsets[:-1], blobs.offsets[1:])
    kept = take(whole, firsts)
    signatures = array(scratch, "earlier", (len(firsts), 128), np.uint16)
    signed = varlen(kept, "signature")
    signatures[:] = signed.matrix(256).view(np.uint16) if len(firsts) else signatures
    kept.pop("signature")
    return Earlier(kept, signatures, np.asarray(kept.pop("folder"), np.int32), list(folders))


def _parts(tables: Tables, folder: Path, number: int) -> Iterator[Columns]:
    listed = sorted((folder / FOLDER).glob("*.parquet"))
    found = (
        (tables.query(_indexed(tables, f"read_parquet('{_quoted(file)}')")) for file in listed)
        if listed
        else (_measured(tables, shard) for shard in _shards(folder))
    )
    for part in found:
        yield part | {"folder": np.full(len(part["blob"]), number, np.int32)}


def _indexed(tables: Tables, source: str) -> str:
    """Give the SQL that reads the columns of INDEX from a file of an index, of today or of an older version."""
    there = _columns(tables, source)
    names = (f.name if f.name in there else f'"{_ONCE[f.name]}" as {f.name}' for f in INDEX)
    return f"select {', '.join(names)} from {source}"


def _columns(tables: Tables, source: str) -> set[str]:
    names = tables.query(f"select column_name from (describe select * from {source})")
    return set(varlen(names, "column_name").strings())


def _measured(tables: Tables, shard: str) -> Columns:
    """Measure the texts of one shard; a dataset whose rows have no text or no blob holds nothing."""
    if not {"blob", "text", "repository", "path"} <= _columns(tables, shard):
        return {f.name: blank(0, f.kind) for f in INDEX}
    asked = 'unhex("blob") as blob, repository, encode(path) as path, text'
    rows = tables.query(f"select {asked} from {shard} where \"blob\" <> ''")
    texts = varlen(rows, "text")
    found = measure(texts.data, texts.offsets, np.zeros(len(texts), np.uint8))
    counts = {name: found[name] for name in ("words", "lexemes", "shingles")}
    rows |= counts | {"norm_hash": found.norm_hash, "signature": Varlen.fixed(found.signature.view(np.uint8))}
    rows["shingles"] = counts["shingles"].astype(np.int32)
    return {f.name: rows[f.name] for f in INDEX}


def _shards(folder: Path) -> list[str]:
    """Name the shards of a dataset as SQL reads them."""
    files = sorted((folder / "data").iterdir())
    return [_READERS[f.suffix].format(_quoted(f)) for f in files if f.suffix in _READERS]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _hexadecimal(blobs: Varlen) -> Varlen:
    return Varlen.of([blob.hex() for blob in blobs])
