"""An estimate of tokens: words, marks, bytes, lines, digits and wide letters, weighted by language.

tokens ≈ a · words + b · punctuation marks + c · bytes + d · lines + e · digits + f · bytes beyond one of each letter.
The weights are least squares (none below zero, each file weighted by one over the square root of its tokens) against
the mean of three vocabularies of byte-pair encoding, cl100k, o200k and DeepSeek's; ``scripts/calibrate_tokens.py``
makes them, and says how far they are off for repositories that it did not see: docs/recipes-fim-repo.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.tokens.weights import DEFAULT, MARGIN, MARGINS, WEIGHTS, WIDE_MARGIN
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.kernels.measure import Measures

#: Raise it when the same text may get another estimate.
VERSION = "2"
#: What is counted of a text; ``lexemes`` are words and punctuation marks, ``size`` is bytes of UTF-8.
MEASURED = ("words", "lexemes", "size", "lines", "digits", "chars")
#: Encodings of two or four bytes a letter begin so; most letters of code are one byte of UTF-8.
_WIDE = ("utf-16", "utf-32")


def estimate(languages: Sequence[str], counts: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Give the tokens of texts in some languages (Linguist's names): at least one for a text that is not empty.

    counts: MEASURED; -1 for what nobody counted.
    """
    return _weighted(Coded.of(Varlen.of(languages)), counts)


def rooms(estimates: NDArray[np.int64], languages: Sequence[str], wide: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the tokens that texts so estimated hardly ever exceed; wide: bytes of each beyond one of each letter."""
    margins = np.array([MARGINS.get(language, MARGIN) for language in languages], np.float64)
    return np.ceil(np.round(estimates * margins + wide * WIDE_MARGIN, 6)).astype(np.int64)


def estimate_files(files: Columns) -> NDArray[np.int64]:
    """Give the tokens of files, of whose contents ``size`` is the bytes as they are: -1 where nobody measured."""
    counts = {name: np.asarray(files[name], np.int64) for name in MEASURED}
    encoding = Coded.of(varlen(files, "encoding"))
    wide = encoding.among([word for word in encoding.words if word.startswith(_WIDE)])
    counts["size"] = np.where(wide, counts["chars"], counts["size"])
    return np.where(counts["lexemes"] < 0, -1, _weighted(Coded.of(varlen(files, "language")), counts))


def counted(found: Measures, sizes: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Give what MEASURED names of texts of ``sizes`` bytes of UTF-8."""
    return {name: sizes if name == "size" else found[name] for name in MEASURED}


def features_of(counts: Mapping[str, NDArray[np.int64]]) -> tuple[NDArray[np.int64], ...]:
    """Give what is weighted: words, marks, bytes, lines, digits, bytes beyond one of each letter."""
    words, lexemes, size, lines, digits, chars = (np.maximum(counts[name], 0) for name in MEASURED)
    return words, lexemes - words, size, lines, digits, np.maximum(size - chars, 0)


def _weighted(languages: Coded, counts: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    features = features_of(counts)
    weights = np.array([WEIGHTS.get(word, DEFAULT) for word in languages.words]).reshape(-1, len(features))
    found, size = np.zeros(len(languages.codes)), features[2]
    for weight, feature in zip(weights.T, features, strict=True):
        found += weight[languages.codes] * feature
    return np.where(size > 0, np.maximum(np.rint(found).astype(np.int64), 1), 0)
