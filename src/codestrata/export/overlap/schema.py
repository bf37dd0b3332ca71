"""The tables of overlaps: what texts share with evaluation sets."""

from __future__ import annotations

from collections.abc import Mapping

from codestrata.store.schema import Field

OVERLAPS: tuple[Field, ...] = (
    Field("blob", "binary", "Git object id of the content"),
    Field("set", "text", "name of the evaluation set"),
    Field("problem", "text", "id of the problem in it"),
    Field("how", "text", "ngram, substring, short, function: see docs/decontamination.md"),
    Field("start", "int64", "first byte of the span in the text, UTF-8"),
    Field("end", "int64", "byte after the last"),
    Field("line", "int32", "first line"),
    Field("last_line", "int32", "last line"),
    Field("matched", "int32", "different n-grams of the problem in the whole text"),
    Field("share", "float32", "their share of the problem's n-grams; 1 where a piece of it is there whole"),
    Field("gram", "uint64", "hash of the span's first n-gram; 0 where it is none of n-grams"),
)
#: What was looked through, with a match or without.
OVERLAPPED: tuple[Field, ...] = (Field("blob", "binary", "Git object id of the content"),)

#: Rows of recipes that are left out, because one of their texts holds a problem.
ROW_OVERLAPS: tuple[Field, ...] = (
    Field("source", "text", "the row, as in its column source"),
    Field("column", "text", "the column that the span is in"),
    *OVERLAPS[1:],
)

TABLES: Mapping[str, tuple[Field, ...]] = {
    "overlaps": OVERLAPS,
    "overlapped": OVERLAPPED,
    "row_overlaps": ROW_OVERLAPS,
}
