"""An estimate of tokens: words and marks, bytes and lines, weighted by language.

tokens ≈ a · (words and punctuation marks) + b · bytes + c · lines. The weights are least squares (none below zero,
each file weighted by one over the square root of its tokens) against the mean of three vocabularies of byte-pair
encoding, cl100k, o200k and DeepSeek's, over 45 MB in 51 repositories; ``scripts/calibrate_tokens.py`` makes them, and
says how far they are off for repositories that it did not see: docs/recipes-fim-repo.md has the figures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from codestrata.export.tokens.weights import DEFAULT, WEIGHTS

#: Raise it when the same text may get another estimate.
VERSION = "1"


def estimate(
    languages: Sequence[str], words: NDArray[np.int64], size: NDArray[np.int64], lines: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give the tokens of texts in some languages (Linguist's names): at least one for a text that is not empty.

    words: words and punctuation marks, size: bytes of UTF-8, lines: lines; -1 for what nobody counted.
    """
    if not languages:
        return np.zeros(0, np.int64)
    weights = np.array([WEIGHTS.get(language, DEFAULT) for language in languages])
    counts = np.maximum(np.stack([words, size, lines], axis=1), 0)
    found = np.rint((weights * counts).sum(axis=1)).astype(np.int64)
    return np.where(size > 0, np.maximum(found, 1), 0)
