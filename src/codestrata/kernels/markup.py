"""The text a reader of an HTML page sees, counted."""

from __future__ import annotations

import ctypes
import re
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import check_texts, pointer
from codestrata.kernels.library import library

_WHITE: Final = rb"[ \t\n\v\f\r]+"
_MARKUP: Final = re.compile(
    rb"<!--(?:-?>|.*?-->|.*)"
    rb"|<(?P<name>script|style)(?![A-Za-z])[^>]*>?(?:.*?</(?P=name)(?![A-Za-z])[^>]*>?|.*)"
    rb"|<[A-Za-z/!?][^>]*>?",
    re.DOTALL | re.IGNORECASE,
)


def visible_characters(arena: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the characters of each page outside tags, comments, scripts and style sheets: int64[n].

    White space and markup between two visible characters count as one character. Entities count as they are written.
    """
    n = check_texts(arena, offsets)
    out = np.zeros(n, np.int64)
    native = library()
    if native is None:
        out[:] = [_visible(arena[a:b].tobytes()) for a, b in pairwise(offsets)]
    else:
        native.strata_visible(pointer(arena), pointer(offsets), ctypes.c_int64(n), pointer(out))
    return out


def _visible(page: bytes) -> int:
    text = re.sub(_WHITE, b" ", _MARKUP.sub(b" ", page)).strip(b" ")
    return sum(byte & 0xC0 != 0x80 for byte in text)  # noqa: PLR2004 (not a continuation byte of UTF-8)
