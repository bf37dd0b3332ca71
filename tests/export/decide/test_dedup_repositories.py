"""Repositories that are nearly copies: the prefix filter finds what brute force finds."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestrata.export.decide.repositories import copies

_HELD = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), min_size=1, max_size=60)


def _expected(files: list[tuple[int, int]], threshold: float) -> dict[int, tuple[int, float]]:
    """Take repositories from the best on; one goes for the best that stays and is near enough."""
    held: dict[int, set[int]] = {}
    for repository, content in files:
        held.setdefault(repository, set()).add(content)
    stay: list[int] = []
    gone: dict[int, tuple[int, float]] = {}
    for repository, contents in held.items():
        scores = {other: len(contents & held[other]) / len(contents | held[other]) for other in stay}
        near = [other for other in stay if scores[other] >= threshold]
        if near:
            gone[repository] = near[0], scores[near[0]]
        else:
            stay.append(repository)
    return gone


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_HELD, st.sampled_from([0.3, 0.5, 0.8, 1.0]))
def test_the_filter_loses_no_repository(files: list[tuple[int, int]], threshold: float) -> None:
    """Files come best first, and a repository is as good as its best: the same ones go as when all are compared."""
    repository, content = np.array(files, np.int64).T
    found = copies(repository, content, 7, threshold)
    expected = _expected(files, threshold)
    assert {int(r): (int(found.of[r]), float(found.jaccard[r])) for r in np.flatnonzero(found.of >= 0)} == expected


def test_no_files_no_copies() -> None:
    """Where nothing is kept nothing is compared."""
    none = np.zeros(0, np.int64)
    assert copies(none, none, 3, 0.8).of.tolist() == [-1, -1, -1]
