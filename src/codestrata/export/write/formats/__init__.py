"""Formats of shards: each takes rows some at a time and gives the same bytes for the same rows."""

from codestrata.export.write.formats.base import Format, Sink
from codestrata.export.write.formats.lines import Array, Lines, Packed
from codestrata.export.write.formats.parquet import Parquet
from codestrata.export.write.formats.tar import Tar
from codestrata.export.write.formats.values import Values

__all__ = ["FORMATS", "Format", "Sink"]

#: Every format by the name it has in settings.
FORMATS: dict[str, Format] = {
    "parquet": Format(".parquet", "parquet", "application/x-parquet", Parquet),
    "jsonl": Format(".jsonl", "json", "application/jsonlines", Lines),
    "jsonl.zst": Format(".jsonl.zst", "json", "application/zstd", Packed, packed=True),
    "json": Format(".json", "json", "application/json", Array),
    "csv": Format(".csv", "csv", "text/csv", Values),
    "webdataset": Format(".tar", "webdataset", "application/x-tar", Tar),
}
