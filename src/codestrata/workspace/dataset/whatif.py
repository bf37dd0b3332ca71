"""What if: rows, bytes and tokens that other settings gain and lose, by language and by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.workspace.dataset.planned import Amount

if TYPE_CHECKING:
    from codestrata.store.columns import Columns, Varlen


@dataclass(frozen=True, slots=True)
class Change:
    """What comes in and what goes out."""

    gained: Amount
    lost: Amount


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A recipe as it is against the same with other settings.

    ``languages``: language → what changes there. ``reasons``: for what is gained the reason it is out for now, for what
    is lost the reason it would be out for. ``splits``: split → files now and then; ``replaced``: private places that
    are replaced, now and then.
    """

    settings: Mapping[str, str]
    before: Amount
    after: Amount
    languages: Mapping[str, Change]
    reasons: Mapping[str, Change]
    splits: Mapping[str, tuple[int, int]]
    replaced: tuple[int, int]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def compared(settings: Mapping[str, str], before: Columns, after: Columns) -> WhatIf:
    """Compare two decisions about the same files, row by row."""
    kept, then = (np.asarray(one["kept"]) for one in (before, after))
    gained, lost = np.flatnonzero(~kept & then), np.flatnonzero(kept & ~then)
    figures = [np.maximum(np.asarray(before[name]), 0) for name in ("size", "tokens")]
    spoken: Varlen = before["language"]  # type: ignore[assignment]
    whys: tuple[Varlen, Varlen] = before["reason"], after["reason"]  # type: ignore[assignment]
    return WhatIf(
        settings,
        _sum(figures, np.flatnonzero(kept)),
        _sum(figures, np.flatnonzero(then)),
        _by(figures, (gained, spoken.take(gained).strings()), (lost, spoken.take(lost).strings())),
        _by(figures, (gained, whys[0].take(gained).strings()), (lost, whys[1].take(lost).strings())),
        _splits(before, after),
        (_replaced(before), _replaced(after)),
    )


def _splits(before: Columns, after: Columns) -> dict[str, tuple[int, int]]:
    counts = []
    for one in (before, after):
        split: Varlen = one["split"]  # type: ignore[assignment]
        counts.append(Counter(split.take(np.flatnonzero(np.asarray(one["kept"]))).strings()))
    return {name: (counts[0][name], counts[1][name]) for name in sorted(counts[0] | counts[1])}


def _replaced(decided: Columns) -> int:
    return int(np.asarray(decided["redactions"])[np.asarray(decided["kept"])].sum())


def _sum(figures: list[NDArray[Any]], rows: NDArray[np.int64]) -> Amount:
    return Amount(len(rows), *(int(column[rows].sum()) for column in figures))


_Named = tuple[NDArray[np.int64], list[str]]


def _by(figures: list[NDArray[Any]], gained: _Named, lost: _Named) -> dict[str, Change]:
    """Add up by name; what changes most bytes comes first."""
    groups: list[dict[str, Amount]] = []
    for rows, names in (gained, lost):
        mine = np.array(names, object)
        groups.append({name: _sum(figures, rows[mine == name]) for name in set(names)})
    both = {name: Change(*(group.get(name, Amount()) for group in groups)) for name in groups[0] | groups[1]}
    return dict(sorted(both.items(), key=lambda item: (-item[1].gained.bytes - item[1].lost.bytes, item[0])))
