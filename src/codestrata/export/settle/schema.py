"""The **settled** table: which rows of a shape are kept, and for which others the rest goes."""

from __future__ import annotations

from codestrata.store.schema import Field

SETTLED: tuple[Field, ...] = (
    Field("kept", "bool", "the row is part of the dataset"),
    Field("reason", "text", "empty when kept; exact_duplicate, normal_duplicate, near_duplicate or leak"),
    Field("survivor_row", "int64", "row number in this table of the kept twin; -1 when kept"),
    Field("jaccard", "float64", "exact Jaccard of the 5-word shingles of both; 1 for the same digest; -1 when kept"),
)
