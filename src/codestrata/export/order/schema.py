"""The **reading_order** table: the kept files of a repository as its rows have them, one row per part of a file."""

from __future__ import annotations

from codestrata.store.schema import Field

READING_ORDER: tuple[Field, ...] = (
    Field("part", "int32", "number of the dataset's row among those of the repository, from 1"),
    Field("file", "int64", "the file: its number among the kept files of the repository, from 0"),
    Field("start", "int64", "first byte of the part in the file's text as it is exported"),
    Field("end", "int64", "byte after the last; -1 for the whole file"),
    Field("line", "int64", "first line"),
    Field("last_line", "int64", "last line"),
    Field("tokens", "int64", "tokens of the part and of what stands before it"),
)
