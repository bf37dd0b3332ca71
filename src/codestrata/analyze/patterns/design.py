"""Design patterns of a snapshot (L2), from what its types are and do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codestrata.analyze.patterns import behavioural, creational, functions, idioms, structural, variants
from codestrata.analyze.patterns.hit import Detector, Hit, finding
from codestrata.analyze.patterns.world import World
from codestrata.analyze.structure.finding import Finding
from codestrata.store.columns import Columns

DETECTORS: tuple[Detector, ...] = (
    *creational.DETECTORS,
    *structural.DETECTORS,
    *behavioural.DETECTORS,
    *variants.DETECTORS,
    *idioms.DETECTORS,
)


def design_patterns(
    types: Columns, members: Columns, definitions: Columns, calls: Columns, paths: Mapping[bytes, Sequence[str]]
) -> list[Finding]:
    """Find the design patterns of a snapshot.

    ``types``, ``members``, ``definitions``, ``calls``: the tables of syntax
    (:data:`codestrata.analyze.syntax.schema.TABLES`) of the snapshot's blobs, with their columns blob and language; any
    may be empty. ``paths``: where each blob is to be looked at (vendored and generated files are better left out);
    blobs without a path are passed over.

    Confidence is that of a detector's tier (:data:`codestrata.analyze.records.TIERS`). What structure alone cannot
    tell (tiers B and C) needs a word in a name or documentation; without one it is at most one half. A type shows a
    pattern once.
    """
    world = World.of(types, members, paths)
    hits: dict[tuple[str, str, str, int], Hit] = {}
    for detector in DETECTORS:
        for hit in detector(world):
            hits.setdefault((hit.pattern, hit.at.path, hit.at.name, hit.at.line), hit)
    return [finding(hit) for hit in hits.values()] + functions.of_functions(definitions, calls, paths)
