"""Columns of paths as text."""

from __future__ import annotations

import numpy as np

from codestrata.model.paths import readable
from codestrata.store.columns import Varlen

#: The two high bits of a byte that goes on with a letter in UTF-8.
_CONTINUES, _FOLLOWING = 0xC0, 0x80


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
