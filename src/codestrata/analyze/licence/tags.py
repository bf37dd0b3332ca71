"""SPDX-License-Identifier tags.

A tag counts where it stands alone on its line but for comment signs, as REUSE asks, within the first 16 KB of a file:
further down it belongs to something the file quotes. The tags of most files are the same few lines, so each line is
read once.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.marked import marked
from codestrata.kernels.strings import distinct
from codestrata.model.licence import combine, normalise

#: Bytes of a file in which tags count.
WITHIN = 16_384
_NAME = b"SPDX-License-Identifier:"
_LINE = 400
#: What may stand before a tag: comment signs of any language, and words that make a line a comment.
_BEFORE = re.compile(rb"(?:\W|_|\bdnl\b|\brem\b|\bC\b|@\w+)*", re.IGNORECASE)
#: … but not the beginning of a string or of a call, which is code about tags.
_CODE = re.compile(rb"[\"'`=(\[{,]$|[\"'][^\"']*[\"']")
_AFTER = re.compile(r"\s*(?:\*+/|-->|--%>|\*\)|-\}|#\}|\?>|\"\"\"|'''|\]\]|\$\}|#+|\*+|\\n.*|[\"'`;,].*)\s*$")
_EXPRESSION = re.compile(r"[A-Za-z0-9.+:()\- ]+")


def tags(
    arena: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64], texts: NDArray[np.bool_]
) -> list[str]:
    """Give the SPDX expression that the tags of each text ``arena[starts[i]:stops[i]]`` state, or "".

    texts: bool[n], the others have none.
    """
    counts, lines = marked(arena, starts, stops, _NAME, WITHIN, _LINE)
    view, told = arena.data, [""] * len(starts)
    one = np.flatnonzero((counts == 1) & texts)
    begins, places, ends = (np.ascontiguousarray(column) for column in lines[one].T)
    codes, first = distinct(arena, begins, ends)
    stated = [_stated(view[begins[i] : ends[i]].tobytes(), int(places[i] - begins[i])) for i in first.tolist()]
    for row, code in zip(one.tolist(), codes.tolist(), strict=True):
        told[row] = stated[code]
    for row in np.flatnonzero((counts > 1) & texts).tolist():
        told[row] = tag(view[starts[row] : min(stops[row], starts[row] + WITHIN)].tobytes())
    return told


def tag(head: bytes) -> str:
    """Give the SPDX expression that the tags in the first bytes of a file state, or "".

    Several tags hold together (AND). Ids that are not SPDX's become ``LicenseRef-…``, so that they stay unknown.
    """
    found, place = [], head.find(_NAME)
    while place >= 0:
        begin, end = place + len(_NAME), place + len(_NAME) + _LINE
        before = head[max(0, place - _LINE) : place].rpartition(b"\n")[2]
        found.append(_stated(before + _NAME + head[begin:end].partition(b"\n")[0], len(before)))
        place = head.find(_NAME, begin)
    return found[0] if len(found) == 1 else combine(found)


@lru_cache(maxsize=4096)
def _stated(line: bytes, place: int) -> str:
    """Give what the tag at a place in a line states."""
    before = line[:place]
    if not _BEFORE.fullmatch(before) or _CODE.search(before):
        return ""
    return expression_after(line[place + len(_NAME) :])


@lru_cache(maxsize=4096)
def expression_after(rest: bytes) -> str:
    """Read what follows the colon of a tag: an expression, perhaps with the end of a comment."""
    text = rest.decode("utf-8", "replace").strip()
    while (shorter := _AFTER.sub("", text).strip()) != text:
        text = shorter
    if text.upper() in {"", "NOASSERTION"} or not _EXPRESSION.fullmatch(text):
        return ""
    return normalise(text, refs=True) or normalise(text.split()[0].rstrip("."), refs=True)
