"""Harvest: all records of one snapshot, tier by tier, joined where they speak of the same."""

from __future__ import annotations

from codestrata.analyze.reasons.commits import from_commits
from codestrata.analyze.reasons.documents.read import document
from codestrata.analyze.reasons.documents.which import kind_of
from codestrata.analyze.reasons.material import Material
from codestrata.analyze.reasons.merge import merged
from codestrata.analyze.reasons.paths import with_touched, with_writers
from codestrata.analyze.reasons.record import Record


def harvest(material: Material) -> list[Record]:
    """Give the decisions that are told, those first from which a reader learns most."""
    documents = with_writers(material, _documents(material))
    commits = with_touched(material, merged(from_commits(material.log)))
    return merged([*documents, *commits])


def _documents(material: Material) -> list[Record]:
    kinds = {path: kind for path in material.blobs if (kind := kind_of(path))}
    return [record for source in material.sources(list(kinds)) for record in document(kinds[source.name], source)]
