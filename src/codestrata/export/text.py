"""Columns of paths as text, and where places in bytes are in their text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from codestrata.model.paths import readable
from codestrata.model.text import AS_IT_IS, BOM, to_utf8
from codestrata.store.columns import Varlen

#: The two high bits of a byte that goes on with a letter in UTF-8.
_CONTINUES, _FOLLOWING = 0xC0, 0x80


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
