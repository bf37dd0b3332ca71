"""The rows of a shape as they are settled: what each is known by, and which of its twins should stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.decide.survivors import PREFERENCE
from codestrata.store.columns import Columns, Varlen, concat

if TYPE_CHECKING:
    from codestrata.store.tables import TableFile, Tables


def read(tables: Tables, files: Sequence[TableFile], text: str, by: str = "digest") -> Columns:
    """Read what settling asks of all rows, in planned order.

    Columns: ``digest`` (as the shape has it, or what SQL ``by`` gives), ``split``, ``repository``, ``licence_class``,
    ``language``, and of the column named ``text`` ``same``, a hash, and ``bytes``; both 0 where there is none.
    """
    same, size = (f'hash("{text}")', f'strlen("{text}")') if text else ("0::ubigint", "0")
    select = f"{by} as digest, split, repository, licence_class, language, {same} as same, {size}::bigint as bytes"
    return concat([tables.read([file], select, "order by file_row_number") for file in files])


def rank(rows: Columns, order: Mapping[str, int]) -> NDArray[np.int64]:
    """Give each row's place from the first choice of a survivor to the last: int64[n], all different.

    By licence class, then the place of its repository in ``order``, then the order of the dataset.
    """
    licence = Coded.of(varlen(rows, "licence_class"))
    preference = np.array([PREFERENCE.index(word) for word in licence.words], np.int64)[licence.codes]
    owner = Coded.of(varlen(rows, "repository"))
    place = np.array([order.get(name, len(order)) for name in owner.words], np.int64)[owner.codes]
    out = np.empty(len(preference), np.int64)
    out[np.lexsort((place, preference))] = np.arange(len(out))
    return out


def numbered(digest: Varlen | NDArray[np.uint64]) -> NDArray[np.int64]:
    """Number the digests; a row without one (empty, or 0) has a number of its own."""
    if isinstance(digest, Varlen):
        codes, none = Coded.of(digest).codes.astype(np.int64), np.diff(digest.offsets) == 0
    else:
        codes, none = np.unique(digest, return_inverse=True)[1].astype(np.int64), digest == 0
    codes[none] = int(codes.max(initial=0)) + 1 + np.arange(int(none.sum()))
    return codes
