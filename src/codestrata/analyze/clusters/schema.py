"""The tables of clusters, one row for each cluster and one for each of its members."""

from __future__ import annotations

from collections.abc import Mapping

from codestrata.store.schema import Field

CLUSTERS = (
    Field("cluster", "text", "id: 16 hexadecimal digits, of its medoid's syntax"),
    Field(
        "how", "text", "syntax (only layout and comments differ), shape (names and literals, too), near (some lines)"
    ),
    Field("kind", "text", "function, method, class, … of the medoid"),
    Field("name", "text", "name of the medoid's definition"),
    Field("language", "text", "Linguist's name of the medoid's language"),
    Field("nodes", "int32", "named nodes of the medoid"),
    Field("members", "int32", "places"),
    Field("variants", "int32", "different syntaxes among them"),
    Field("repositories", "int32", "repositories that have one"),
    Field("families", "int32", "fork families that have one"),
    Field(
        "novelty", "float32", "0 where every family has it, 1 where one alone does: log of its share over log of one"
    ),
)
MEMBERS = (
    Field("cluster", "text", "id of its cluster"),
    Field("medoid", "bool", "the member that stands for the others: its syntax is in most families"),
    Field("how", "text", "how it is like the medoid: syntax, shape or near"),
    Field("similarity", "float32", "to the medoid: exact Jaccard index of 5-word shingles; 1 for the same syntax"),
    Field("repository_id", "text", "UUIDv5 of the repository's canonical origin"),
    Field("family", "int32", "number of the repository's fork family in this run"),
    Field("commit", "text", "commit of the snapshot, hexadecimal"),
    Field("path", "binary", "path of the file, bytes"),
    Field("blob", "binary", "its object id"),
    Field("start", "int64", "first byte"),
    Field("end", "int64", "byte after the last"),
    Field("line", "int32", "first line"),
    Field("last_line", "int32", "last line"),
    Field("name", "text", "owner and name of the definition"),
)
TABLES: Mapping[str, tuple[Field, ...]] = {"clusters": CLUSTERS, "cluster_members": MEMBERS}
