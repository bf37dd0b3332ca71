"""What came of the shares that were asked for: families are never torn, so few families give other shares.

Shares are of families, as scikit-learn's GroupShuffleSplit has them (its ``test_size``: "the proportion of groups"),
but nobody is chosen to fill one up: that library rounds up, so that of four groups one per cent is always a fourth of
all, and another repository moves others. Here each family has its own chance. What came out is told instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.split.shares import SPLITS, asked

if TYPE_CHECKING:
    from codestrata.export.split.divide import Divided
    from codestrata.settings.recipe import SplitSettings
    from codestrata.store.columns import Columns

#: What stays together, one and several.
KIN: Mapping[str, tuple[str, str]] = {"family": ("family", "families"), "repository": ("repository", "repositories")}
#: A split whose share of the text is more than twice what was asked for, and by so much, is told.
_MUCH = 0.05


def outcome(settings: SplitSettings, decided: Columns, divided: Divided, snapshot: NDArray[np.int32]) -> dict[str, Any]:
    """Give {shares: {by, families, splits}} of the kept files; nothing where splits are by time, or there is only one.

    splits: list of {split, asked, families, files, bytes}; families without a kept file do not count.
    """
    if settings.by == "time" or not asked(settings):
        return {}
    kept = np.asarray(decided["kept"])
    size = np.maximum(np.asarray(decided["size"])[kept], 0)
    where, whose = divided.split[kept], np.asarray(divided.family, np.int64)[snapshot[kept]]
    wanted = (1 - settings.validation - settings.test, settings.validation, settings.test)
    found = []
    for number, (name, share) in enumerate(zip(SPLITS, wanted, strict=True)):
        mine = where == number
        if share > 0 or mine.any():
            figures = {"files": int(mine.sum()), "bytes": int(size[mine].sum())}
            families = len(np.unique(whose[mine]))
            found.append({"split": name, "asked": round(share, 6), "families": families, **figures})
    return {"shares": {"by": settings.by, "families": len(np.unique(whose)), "splits": found}}


def uneven(told: Mapping[str, Any]) -> str:
    """Say in one sentence which splits are far from what was asked for, and why; nothing where none is."""
    off = list(_off(told))
    if not off:
        return ""
    count = told["families"]
    return f"{count:,} {KIN[told['by']][count != 1]} cannot be split so: {', '.join(off)}"


def _off(told: Mapping[str, Any]) -> Iterator[str]:
    splits = told.get("splits", ())
    whole = sum(one["bytes"] for one in splits)
    for one in splits:
        name, share, wanted = one["split"], one["bytes"] / whole if whole else 0.0, one["asked"]
        if whole and not one["files"]:
            yield f"{name} has nothing ({wanted:.1%} asked)"
        elif name != "train" and share > 2 * wanted and share - wanted > _MUCH:
            yield f"{name} has {share:.1%} of the text ({wanted:.1%} asked)"
