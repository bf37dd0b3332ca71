"""What texts share with known ones: words in a row, and whole pieces without their white space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels import numpy_overlap
from codestrata.kernels.arrays import check_texts

#: Part of the version of everything that keeps such hashes; rises when the same text may give others.
VERSION = "1"

Int64s = NDArray[np.int64]
Hashes = NDArray[np.uint64]


class Overlaps(NamedTuple):
    """What was found. grams: int64[k, 5], rows (text, gram, word, start, end); patterns: int64[m, 4], rows (text,
    pattern, start, end). Text, gram and pattern are indices, ``word`` is the number of the gram's first word in its
    text, start and end (excluded) are bytes of the text. In the order of the texts, and of the places in each.
    """  # noqa: D205 -- one sentence

    grams: Int64s
    patterns: Int64s


@dataclass(frozen=True, eq=False)
class Sought:
    """What is looked for.

    n: words of a gram; grams: their hashes, rising, each once; anchors: for each pattern the hash of 16 of its squeezed
    bytes, rising; before: squeezed bytes of the pattern before these; sizes: its squeezed bytes; wholes: its hash.
    """

    n: int
    grams: Hashes
    anchors: Hashes
    before: Int64s
    sizes: Int64s
    wholes: Hashes

    def find(self, arena: NDArray[np.uint8], offsets: Int64s) -> Overlaps:
        """Look through the texts ``arena[offsets[i]:offsets[i + 1]]``, in UTF-8."""
        check_texts(arena, offsets)
        patterns = (self.anchors, self.before, self.sizes, self.wholes)
        grams, whole = numpy_overlap.overlaps(arena, offsets, self.n, self.grams, patterns)
        return Overlaps(np.array(grams, np.int64).reshape(-1, 5), np.array(whole, np.int64).reshape(-1, 4))
