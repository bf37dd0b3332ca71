"""Parquet files put together from column chunks, some of them made earlier and copied as they are.

DuckDB writes all tables but one: the shards of a dataset, whose texts are encoded and compressed once per content and
then copied from file to file, which no library's writer does. Files have one page version (1), no nulls, zstd inside.
Source: Apache Parquet format 2.11, parquet.thrift; Thrift compact protocol specification.
"""

from codestrata.store.parquet.chunks import Chunk, Coded, Prefixed, encode
from codestrata.store.parquet.file import ParquetFile, Placed

__all__ = ["Chunk", "Coded", "ParquetFile", "Placed", "Prefixed", "encode"]
