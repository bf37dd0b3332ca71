"""What files say of licences, and what follows from it for a file: the nouns of :mod:`propagation`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.licence.globbed import GLOBS
from codestrata.analyze.licence.names import EXACT

#: A header with less confidence than this is hearsay.
LEAST_HEADER = 0.6
#: Stands for a file's own path as the source of its ruling, so that equal rulings are one.
SELF = "."
_UNVERSIONED = re.compile(r"([AL]?GPL)-[12]\.0-or-later")


class Word(NamedTuple):
    """What facts say of one file: tag, licence, how the licence was found, confidence."""

    tag: str
    licence: str
    method: str
    confidence: float

    def header(self) -> Ruling | None:
        """Give the ruling of a file that says this of itself: by its tag, or a notice that is more than hearsay."""
        if self.tag:
            return Ruling(self.tag, SELF, "header", 1.0)
        if self.licence and self.confidence >= LEAST_HEADER and self.method != GLOBS:
            return Ruling(self.licence, SELF, "header", self.confidence)
        return None

    def vague(self) -> str:
        """Give the family (GPL, LGPL, AGPL) of a GNU licence named without its version, else ""."""
        unversioned = None if self.tag or self.confidence >= EXACT else _UNVERSIONED.fullmatch(self.licence)
        return unversioned[1] if unversioned else ""


SILENT = Word("", "", "", 0.0)


@dataclass(frozen=True, slots=True)
class Words:
    """What the files of a snapshot say: file ``rows[k]`` says ``distinct[codes[k]]``; the others nothing.

    rows: int64[m], rising; codes: int64[m].
    """

    rows: NDArray[np.int64]
    codes: NDArray[np.int64]
    distinct: list[Word]

    def at(self, row: int) -> Word:
        """Give what one file says."""
        k = int(np.searchsorted(self.rows, row))
        return self.distinct[self.codes[k]] if k < len(self.rows) and self.rows[k] == row else SILENT


class Ruling(NamedTuple):
    """What governs a file: SPDX expression, path of the evidence (or :data:`SELF`), method, confidence.

    method: ``header``, ``file``, ``manifest``, ``declared`` or "".
    """

    expression: str = ""
    source: str = ""
    method: str = ""
    confidence: float = 0.0
