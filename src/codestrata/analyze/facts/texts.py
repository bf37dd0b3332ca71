"""The blobs of a batch as texts: which are UTF-8 already, which become it, which are no text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.facts.charsets import charset
from codestrata.kernels.encoding import ASCII, BINARY, ENCODINGS, LATIN1, UNKNOWN, UTF8, UTF8_BOM, encodings
from codestrata.store.columns import Varlen

#: Encodings whose bytes are read as they are.
_DIRECT = (ASCII, UTF8, UTF8_BOM)
#: Encodings that are turned into UTF-8 first are all others, under Python's names for them.
_NOT_RECODED = (*_DIRECT, UNKNOWN, BINARY)


@dataclass(frozen=True, slots=True)
class Texts:
    """k blobs laid end to end.

    arena: uint8; offsets: int64[k + 1]; codes: uint8[k], places in ``kernels.encoding.ENCODINGS``; readable: bool[k],
    the bytes are UTF-8; recoded: rows that are text in another encoding, and ``utf8`` holds that text for each.
    """

    arena: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    codes: NDArray[np.uint8]
    readable: NDArray[np.bool_]
    recoded: NDArray[np.int64]
    utf8: Varlen

    def head(self, row: int, most: int = 4096) -> bytes:
        """Give the first bytes of a row."""
        start = int(self.offsets[row])
        return self.arena[start : min(start + most, int(self.offsets[row + 1]))].tobytes()

    def again(self) -> Texts:
        """Give the recoded rows as texts of their own."""
        codes = np.full(len(self.recoded), UTF8, np.uint8)
        none = Varlen.of([], text=False)
        return Texts(self.utf8.data, self.utf8.offsets, codes, codes == UTF8, np.zeros(0, np.int64), none)


def texts_of(arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Texts:
    """Tell the encodings of blobs, and decode those that are neither UTF-8 nor binary.

    What does not decode is ``unknown``, what holds a NUL then is ``binary``.
    """
    codes = encodings(arena, offsets)
    for row in np.flatnonzero((codes == LATIN1) | (codes == UNKNOWN)).tolist():
        name = charset(arena[offsets[row] : offsets[row + 1]].tobytes())
        codes[row] = ENCODINGS.index(name) if name else codes[row]
    recoded, decoded = [], []
    for row in np.flatnonzero(~np.isin(codes, _NOT_RECODED)).tolist():
        try:
            text = arena[offsets[row] : offsets[row + 1]].tobytes().decode(ENCODINGS[codes[row]]).removeprefix("\ufeff")
        except UnicodeDecodeError:
            codes[row] = UNKNOWN
            continue
        if "\0" in text:
            codes[row] = BINARY
            continue
        recoded.append(row)
        decoded.append(text)
    readable = np.isin(codes, _DIRECT)
    return Texts(arena, offsets, codes, readable, np.array(recoded, np.int64), Varlen.of(decoded))
