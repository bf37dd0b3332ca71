"""The name keys of many paths at once, with the kinds that :mod:`codestrata.analyze.licence.kinds` adds to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.language import known_names, suffix_keys
from codestrata.analyze.licence.kinds import SEPARATOR, TOLD, kind_codes
from codestrata.kernels.paths import parts
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Varlen


@dataclass(frozen=True, slots=True)
class Keys:
    """The key of path i is ``distinct[codes[i]]``, and the kind in it ``kinds[codes[i]]``. codes: int64[n]."""

    distinct: Sequence[str]
    kinds: Sequence[str]
    codes: NDArray[np.int64]

    def column(self) -> Varlen:
        """Give the keys, one for each path."""
        return Varlen.of(self.distinct).take(self.codes)


def keys_of(paths: Varlen) -> Keys:
    """Give the name keys of paths, to each what ``joined(name_keys(paths), paths)`` gives."""
    base, named = _base(paths)
    pair, count = named * len(TOLD) + kind_codes(paths), len(base) * len(TOLD)
    used = np.flatnonzero(np.bincount(pair, minlength=count))
    codes = np.empty(count, np.int64)
    codes[used] = np.arange(len(used))
    keys = [(base[i], TOLD[k]) for i, k in (divmod(value, len(TOLD)) for value in used.tolist())]
    listed = [f"{key}{SEPARATOR}{kind}" if kind else key for key, kind in keys]
    return Keys(listed, [kind for _, kind in keys], codes[pair])


def _base(paths: Varlen) -> tuple[list[str], NDArray[np.int64]]:
    """Give the distinct keys without kinds, and which of them each path has."""
    (name, suffix), ends, exact = parts(paths.data, paths.offsets), paths.offsets[1:], known_names()
    which, first = distinct(paths.data, suffix, ends)
    keys = suffix_keys(paths.data[suffix[i] : ends[i]].tobytes() for i in first.tolist())
    # the known names first, so that an equal name has the same number
    known = Varlen.of(exact, text=False)
    data, far = np.concatenate([known.data, paths.data]), len(known.data)
    starts, stops = (
        np.concatenate(pair) for pair in ((known.offsets[:-1], name + far), (known.offsets[1:], ends + far))
    )
    number = distinct(data, starts, stops)[0][len(known) :]
    every = [*exact.values(), *keys]
    index = {key: i for i, key in enumerate(dict.fromkeys(every))}
    again = np.array([index[key] for key in every], np.int64)
    return list(index), again[np.where(number < len(known), number, len(known) + which)]
