"""Exact and verified near deduplication: nothing goes unless a twin that is close enough stays."""

from codestrata.export.dedup.cache import Known, table
from codestrata.export.dedup.exact import first_of_each, first_of_each_text
from codestrata.export.dedup.mapped import array, let_go
from codestrata.export.dedup.near import Clusters, Room, Terms, cluster
from codestrata.export.dedup.verify import Read, Verifier

__all__ = [
    "Clusters",
    "Known",
    "Read",
    "Room",
    "Terms",
    "Verifier",
    "array",
    "cluster",
    "first_of_each",
    "first_of_each_text",
    "let_go",
    "table",
]
