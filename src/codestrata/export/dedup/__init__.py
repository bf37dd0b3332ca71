"""Exact and verified near deduplication: nothing goes unless a twin that is close enough stays."""

from codestrata.export.dedup.cache import Known, table
from codestrata.export.dedup.exact import first_of_each, first_of_each_text
from codestrata.export.dedup.near import Clusters, cluster
from codestrata.export.dedup.verify import Read, Verifier

__all__ = ["Clusters", "Known", "Read", "Verifier", "cluster", "first_of_each", "first_of_each_text", "table"]
