"""Bytes to text: what a row's ``text`` is, given the encoding that analysis found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from codestrata.model.paths import readable
from codestrata.store.columns import Varlen

BOM = b"\xef\xbb\xbf"
#: Encodings whose bytes are the text.
AS_IT_IS = frozenset({"ascii", "utf-8"})
#: The two high bits of a byte that goes on with a letter in UTF-8.
_CONTINUES, _FOLLOWING = 0xC0, 0x80


def to_utf8(raw: bytes, encoding: str) -> bytes:
    """Re-encode a file as UTF-8; the byte order mark goes, nothing else changes.

    ``raw.decode(encoding)`` gives the same text, so the row and the blob can be compared exactly.
    """
    if encoding in AS_IT_IS:
        return raw
    if encoding == "utf-8-bom":
        return raw.removeprefix(BOM)
    return raw.decode(encoding, "replace").removeprefix("\ufeff").encode()


def moved(places: NDArray[np.int64], encoding: str, raw: Callable[[], bytes]) -> NDArray[np.int64]:
    """Give where places in a file's bytes are in :func:`to_utf8` of it; ``raw`` is asked only where it matters."""
    if encoding in AS_IT_IS:
        return places
    if encoding == "utf-8-bom":
        return np.maximum(places - len(BOM), 0)
    whole = raw()
    asked, back = np.unique(places, return_inverse=True)
    found = np.array([len(to_utf8(whole[:at], encoding)) for at in asked.tolist()], np.int64)
    return np.asarray(found[back], np.int64)


def readable_paths(paths: Varlen) -> Varlen:
    """Give a column of paths as text, each as :func:`codestrata.model.paths.readable` does."""
    starts = paths.offsets[:-1][np.diff(paths.offsets) > 0]
    split = paths.data[starts] & _CONTINUES == _FOLLOWING
    if not split.any() and _is_utf8(paths.data.tobytes()):
        return Varlen(paths.offsets, paths.data, text=True)
    return Varlen.of([readable(path) for path in paths])


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
