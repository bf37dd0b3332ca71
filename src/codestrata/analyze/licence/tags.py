"""SPDX-License-Identifier tags.

A tag counts where it stands alone on its line but for comment signs, as REUSE asks, within the first 16 KB of a file:
further down it belongs to something the file quotes. Files without one cost a ``bytes.find`` (6 GB/s), measured to be
cheaper file by file than over the whole batch, whose large files would then be searched to their ends.
"""

from __future__ import annotations

import re
from functools import lru_cache

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


def tag(head: bytes) -> str:
    """Give the SPDX expression that the tags in the first bytes of a file state, or "".

    Several tags hold together (AND). Ids that are not SPDX's become ``LicenseRef-…``, so that they stay unknown.
    """
    place = head.find(_NAME)
    if place < 0:
        return ""
    found = []
    while place >= 0:
        found.append(_at(head, place))
        place = head.find(_NAME, place + len(_NAME))
    return found[0] if len(found) == 1 else combine(found)


def _at(head: bytes, place: int) -> str:
    before = head[max(0, place - _LINE) : place].rpartition(b"\n")[2]
    if not _BEFORE.fullmatch(before) or _CODE.search(before):
        return ""
    begin = place + len(_NAME)
    return expression_after(head[begin : begin + _LINE].partition(b"\n")[0])


@lru_cache(maxsize=4096)
def expression_after(rest: bytes) -> str:
    """Read what follows the colon of a tag: an expression, perhaps with the end of a comment."""
    text = rest.decode("utf-8", "replace").strip()
    while (shorter := _AFTER.sub("", text).strip()) != text:
        text = shorter
    if text.upper() in {"", "NOASSERTION"} or not _EXPRESSION.fullmatch(text):
        return ""
    return normalise(text, refs=True) or normalise(text.split()[0].rstrip("."), refs=True)
