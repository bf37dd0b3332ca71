"""Who is like whom among distinct syntaxes: of one shape, or with most of their five-word shingles in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.families import FAMILIES
from codestrata.kernels.lsh import candidates
from codestrata.kernels.measure import measure
from codestrata.kernels.shingles import jaccard, shingles
from codestrata.store.columns import Varlen

#: Exact Jaccard index from which two definitions are near duplicates. Files take 0.7 (The Stack, arXiv:2211.15533); in
#: a function of thirty words one new line already takes a third of the shingles.
NEAR = 0.6
#: Named nodes from which one shape is no accident, and from which a text has enough words to compare.
SHAPE_NODES, NEAR_NODES = 20, 30


@dataclass(frozen=True, slots=True)
class Classes:
    """n distinct syntaxes, the most spread first. root: int64[n], the first of its cluster; how: of each, to its root.

    similarity: float64[n], exact Jaccard with the root, 1 for the root itself, -1 where texts were not compared.
    """

    root: NDArray[np.int64]
    how: list[str]
    similarity: NDArray[np.float64]


def classes(shapes: NDArray[np.uint64], nodes: NDArray[np.int64], kinds: list[str], texts: Varlen) -> Classes:
    """Put syntaxes together, each with the first it is like: stars, so that no chain of likenesses joins strangers.

    shapes: uint64[n] hashes; nodes: int64[n]; kinds: of definitions, which must agree; texts: their source, empty where
    it could not be read.
    """
    count = len(shapes)
    root = np.arange(count)
    how = ["syntax"] * count
    similarity = np.ones(count)
    shaped = _by_shape(shapes, nodes, kinds)
    near = _by_text(nodes, texts)
    for later in range(count):
        options = [(pair, "near") for pair in near.get(later, ())]
        first = shaped.get(later)
        if first is not None:
            options.insert(0, ((first, -1.0), "shape"))
        for (earlier, score), told in options:
            if root[earlier] == earlier and kinds[earlier] == kinds[later]:
                root[later], how[later], similarity[later] = earlier, told, score
                break
    _measure_shapes(root, how, similarity, texts)
    return Classes(root, how, similarity)


def _by_shape(shapes: NDArray[np.uint64], nodes: NDArray[np.int64], kinds: list[str]) -> dict[int, int]:
    """Give later → first of one shape and kind."""
    seen: dict[tuple[int, str], int] = {}
    found: dict[int, int] = {}
    for i, (shape, size, kind) in enumerate(zip(shapes.tolist(), nodes.tolist(), kinds, strict=True)):
        if size >= SHAPE_NODES:
            first = seen.setdefault((shape, kind), i)
            if first != i:
                found[i] = first
    return found


def _by_text(nodes: NDArray[np.int64], texts: Varlen) -> Mapping[int, list[tuple[int, float]]]:
    """Give later → (earlier, Jaccard) of near duplicates, the nearest first."""
    large = np.flatnonzero((nodes >= NEAR_NODES) & (np.diff(texts.offsets) > 0))
    some = texts.take(large)
    if len(large) < 2:  # noqa: PLR2004 -- likeness takes two
        return {}
    family = np.full(len(large), _plain(), np.uint8)
    signatures = measure(some.data, some.offsets, family).signature
    pairs = candidates(signatures, least=NEAR - 0.1)
    scores = jaccard(pairs, *shingles(some.data, some.offsets))
    found: dict[int, list[tuple[int, float]]] = {}
    for (a, b), score in zip(pairs.tolist(), scores.tolist(), strict=True):
        if score >= NEAR:
            found.setdefault(int(large[b]), []).append((int(large[a]), score))
    return {later: sorted(listed, key=lambda one: (-one[1], one[0])) for later, listed in found.items()}


def _plain() -> int:
    """Give the family of texts whose comments nobody tells from code: what is compared is words."""
    return next(i for i, family in enumerate(FAMILIES) if not family.decisions)


def _measure_shapes(root: NDArray[np.int64], how: list[str], similarity: NDArray[np.float64], texts: Varlen) -> None:
    """Compare texts of one shape as well: names may have nothing in common, and that is worth knowing."""
    rows = np.array([i for i, told in enumerate(how) if told == "shape"], np.int64)
    if len(rows):
        pairs = np.stack([root[rows], rows], axis=1)
        similarity[rows] = jaccard(pairs, *shingles(texts.data, texts.offsets))
