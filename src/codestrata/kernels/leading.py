"""The comments that lead a text, as far as they hold one of a few words."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

#: What may lead a file: white space, comments of any language, and the few lines that stand before them. Every
#: quantifier is possessive, so that no input can make the pattern look at a byte more than a few times.
_PARTS = (
    rb"\s++",
    rb"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)",
    rb"(?://|#|;|%|!|--(?!\[)|\.?\\\"|dnl\b|DNL\b|rem\b|REM\b|@rem\b|@REM\b|::|[cC*](?=[ *\t-]))[^\n]*+",
    rb"<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->|\Z)",
    rb"<(?:\?(?:php|xml|hh)|!DOCTYPE)[^\n]*+",
    rb"<%--[^-]*+(?:-(?!-%>)[^-]*+)*+(?:--%>|\Z)",
    rb"--\[=*+\[[^\]]*+(?:\](?!=*\])[^\]]*+)*+(?:\]=*+\]|\Z)",
    rb"\(\*[^*]*+(?:\*(?!\))[^*]*+)*+(?:\*\)|\Z)",
    rb"\{-[^-]*+(?:-(?!\})[^-]*+)*+(?:-\}|\Z)",
    rb"\{#[^#]*+(?:#(?!\})[^#]*+)*+(?:#\}|\Z)",
    rb'[rRuU]?"""[^"]*+(?:"(?!"")[^"]*+)*+(?:"""|\Z)',
    rb"[rRuU]?'''[^']*+(?:'(?!'')[^']*+)*+(?:'''|\Z)",
    rb"[\"'][^\"'\n]*+(?:[\"'];?)?(?=\n|\Z)",
    rb"=(?:begin|pod|head)[^=]*+(?:=(?!end|cut)[^=]*+)*+(?:=end|=cut|\Z)",
    rb"(?:package|namespace|module)[ \t]++[\w.\\/]++;?[ \t]*+(?=\n)",
)
_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?(?:" + b"|".join(_PARTS) + rb")*+")
_SHORTEST = 12


def leading(
    arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64], words: Sequence[bytes], within: int
) -> NDArray[np.int64]:
    """Say how many of the first ``within`` bytes of each text ``arena[starts[i]:stops[i]]`` are comments that lead it.

    0 where they are under 12 bytes or hold none of the ``words`` (in lower case; they are found in any). int64[n].
    """
    ends = np.zeros(len(starts), np.int64)
    native = library()
    if native is None:
        ends[:] = [_leading(arena[a : min(b, a + within)].tobytes(), words) for a, b in zip(starts, stops, strict=True)]
        return ends
    starts, stops, arena = np.ascontiguousarray(starts), np.ascontiguousarray(stops), np.ascontiguousarray(arena)
    texts = (pointer(arena), pointer(starts), pointer(stops), ctypes.c_int64(len(starts)))
    native.strata_leading(*texts, ctypes.c_int64(within), b"\0".join(words) + b"\0", pointer(ends))
    return ends


def _leading(head: bytes, words: Sequence[bytes]) -> int:
    end = _LEADING.match(head).end()  # type: ignore[union-attr]
    lower = head[:end].lower()
    return end if end >= _SHORTEST and any(word in lower for word in words) else 0
