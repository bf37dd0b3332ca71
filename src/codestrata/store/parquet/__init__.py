"""Writing Parquet: tables as they are in memory, and files put together from column chunks made earlier.

A writer of our own, because the texts of a dataset are encoded and compressed once per content and then copied from
file to file, which no library's writer does. Files have pages of version 1, no nulls, zstd inside. DuckDB reads them.
Source: Apache Parquet format 2.11, parquet.thrift; Thrift compact protocol specification.
"""

from codestrata.store.parquet.chunks import Chunk, Coded, Prefixed, encode
from codestrata.store.parquet.file import ParquetFile, Placed, part, write_table

__all__ = ["Chunk", "Coded", "ParquetFile", "Placed", "Prefixed", "encode", "part", "write_table"]
